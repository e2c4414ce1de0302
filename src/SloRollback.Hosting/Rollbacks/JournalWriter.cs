using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Rollbacks;

/// <summary>Writes to the journal, within a time limit and with its exceptions turned into values: what failed may be on record all the same.</summary>
internal sealed class JournalWriter(IRollbackJournal journal, TimeProvider time)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Writes a record. Not to be cancelled: whether it was written would have to be read.</summary>
    public Task<JournalWriteResult> WriteAsync(JournalWriteRequest request) => TryAsync(() => journal.WriteAsync(request, CancellationToken.None));

    /// <summary>Turns the kill switch on or off.</summary>
    public Task<JournalWriteResult> SetPauseAsync(PauseRequest request) => TryAsync(() => journal.SetPauseAsync(request, CancellationToken.None));

    private async Task<JournalWriteResult> TryAsync(Func<Task<JournalWriteResult>> write)
    {
        try
        {
            return await write().WaitAsync(Timeout, time).ConfigureAwait(false) ?? new JournalWriteResult { Detail = "the journal answered nothing" };
        }
        catch (Exception e)
        {
            return new JournalWriteResult { Detail = $"{e.GetType().Name}: {e.Message}" };
        }
    }
}
