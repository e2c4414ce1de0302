using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Hosting.Rollbacks;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Evaluation;

/// <summary>Reads the journal before a decision. A journal that cannot be read makes every decision unknown; that is told once.</summary>
internal sealed class GuardReader(IRollbackJournal journal, TimeProvider time, ILoggerFactory loggers)
{
    private static readonly Duration Retention = Duration.FromDays(31);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly ILogger logger = loggers.CreateLogger("SloRollback.Journal");
    private volatile bool isFailing;

    public async Task<GuardState> ReadAsync(CancellationToken cancellationToken)
    {
        var guards = await TryReadAsync(cancellationToken).ConfigureAwait(false);
        if (guards.Unavailable is { } why && !isFailing)
            RollbackLog.JournalUnreadable(logger, why);
        else if (guards.Unavailable is null && isFailing)
            RollbackLog.JournalReadable(logger);
        isFailing = guards.Unavailable is not null;
        return guards;
    }

    private async Task<GuardState> TryReadAsync(CancellationToken cancellationToken)
    {
        var since = Instant.FromDateTimeOffset(time.GetUtcNow()) - Retention;
        using var limit = new Deadline(Timeout, time, cancellationToken);
        try
        {
            return await journal.ReadAsync(new JournalReadRequest { Since = since }, limit.Token).WaitAsync(limit.Token).ConfigureAwait(false)
                ?? new GuardState { Unavailable = "it answered nothing" };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new GuardState { Unavailable = $"no answer within {Timeout.TotalSeconds:0} s" };
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new GuardState { Unavailable = $"{e.GetType().Name}: {e.Message}" };
        }
    }
}
