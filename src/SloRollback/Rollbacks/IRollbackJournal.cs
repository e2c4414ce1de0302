namespace SloRollback.Rollbacks;

/// <summary>
/// Where rollbacks are on record. Every change of state is written here before its effect; the compare-and-swap on the version is
/// what makes a rollback happen at most once. What can go wrong is answered as a value.
/// </summary>
public interface IRollbackJournal
{
    /// <summary>Does the journal survive the end of the process?</summary>
    bool IsDurable { get; }

    /// <summary>
    /// Writes a record if the stored version is the one before it (0: none is stored), and, when asked, only while the rules that ask are not
    /// paused: both are tested in the same atomic step.
    /// </summary>
    /// <param name="request">The record and its evidence.</param>
    /// <param name="cancellationToken">Stops the call; whether it was written is then to be read.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<JournalWriteResult> WriteAsync(JournalWriteRequest request, CancellationToken cancellationToken);

    /// <summary>Reads the open rollbacks, those of the last 31 days, and the kill switch.</summary>
    /// <param name="request">How far back.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<GuardState> ReadAsync(JournalReadRequest request, CancellationToken cancellationToken);

    /// <summary>Turns the kill switch on or off. Idempotent.</summary>
    /// <param name="request">On or off, by whom and why.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<JournalWriteResult> SetPauseAsync(PauseRequest request, CancellationToken cancellationToken);
}
