using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Hosting.Evaluation;
using SloRollback.Hosting.Leases;
using SloRollback.Hosting.Rollbacks;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Notifications;

/// <summary>
/// Sends what a crash left in a durable journal's outbox, and takes out what was delivered. A message that is delivered and not yet taken out
/// when the process dies is sent again: at least once, never never.
/// </summary>
internal sealed partial class OutboxService(
    IRollbackJournal journal, JournalWriter writer, NotificationDispatcher dispatcher, Leadership leadership, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly Duration Expiry = Duration.FromDays(1);

    private readonly ILogger logger = loggers.CreateLogger("SloRollback.Notifications");
    private bool isFailing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // One in memory ends with the messages' sender.
        if (!journal.IsDurable)
            return;

        try
        {
            while (true)
            {
                await leadership.WaitAsync(stoppingToken).ConfigureAwait(false);
                var problem = await TryTurnAsync(stoppingToken).ConfigureAwait(false);
                if (problem is not null && !isFailing)
                    NotKept(logger, problem);
                isFailing = problem is not null;
                await Task.Delay(Period, time, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; what is in the outbox is sent after the next start.
        }
    }

    /// <summary>Takes out what was delivered before the host ends.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (journal.IsDurable)
            await ClearAsync().ConfigureAwait(false);
    }

    /// <summary>Takes out what was delivered, and has sent what is left. Answers what went wrong, or null.</summary>
    internal async Task<string?> TryTurnAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await ClearAsync().ConfigureAwait(false) is { } problem)
                return problem;

            using var limit = new Deadline(Timeout, time, cancellationToken);
            var answer = await journal.ReadOutboxAsync(limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
            if (answer.Unavailable is not null)
                return answer.Unavailable;

            var now = Instant.FromDateTimeOffset(time.GetUtcNow());
            foreach (var message in answer.Value)
            {
                if (now - message.Notification.At > Expiry)
                    dispatcher.Done(message);
                else
                    dispatcher.Enqueue(message);
            }

            return null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    private async Task<string?> ClearAsync()
    {
        string[] keys = [.. dispatcher.TakeDone()];
        if (keys.Length == 0)
            return null;

        var result = await writer.WriteAsync(new JournalWriteRequest { Delivered = [.. keys] }).ConfigureAwait(false);
        if (result.Status == JournalWriteStatus.Written)
            return null;

        dispatcher.PutBack(keys);
        return $"{result.Status}: {result.Detail}";
    }

    [LoggerMessage(5003, LogLevel.Error, "The outbox cannot be kept ({Problem}): what a crash left unsent is not sent meanwhile, and what was sent may be sent again")]
    private static partial void NotKept(ILogger logger, string problem);
}
