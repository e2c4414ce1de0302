using NodaTime;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Evaluation;

/// <summary>Reads the journal before a decision. A journal that cannot be read makes every decision unknown.</summary>
internal static class GuardReader
{
    private static readonly Duration Retention = Duration.FromDays(31);

    public static async Task<GuardState> ReadAsync(IRollbackJournal journal, Instant now, CancellationToken cancellationToken)
    {
        try
        {
            return await journal.ReadAsync(new JournalReadRequest { Since = now - Retention }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new GuardState { Unavailable = $"{e.GetType().Name}: {e.Message}" };
        }
    }
}
