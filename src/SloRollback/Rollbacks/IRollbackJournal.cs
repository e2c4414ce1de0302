using System.Collections.Immutable;

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
    /// paused: both are tested in the same atomic step. Evidence, lines of the audit log and notifications are written in that step, too, or not at all.
    /// </summary>
    /// <param name="request">The record and what belongs to it.</param>
    /// <param name="cancellationToken">Stops the call; whether it was written is then to be read.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<JournalWriteResult> WriteAsync(JournalWriteRequest request, CancellationToken cancellationToken);

    /// <summary>Reads the open rollbacks, those of the last 31 days, and the kill switch.</summary>
    /// <param name="request">How far back.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<GuardState> ReadAsync(JournalReadRequest request, CancellationToken cancellationToken);

    /// <summary>Turns the kill switch on or off, and adds <see cref="JournalEntry.Of"/> to the audit log. Idempotent but for that line.</summary>
    /// <param name="request">On or off, by whom and why.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<JournalWriteResult> SetPauseAsync(PauseRequest request, CancellationToken cancellationToken);

    /// <summary>Reads the newest lines of the audit log, the newest first.</summary>
    /// <param name="request">Which, and how many.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<JournalAnswer<ImmutableArray<JournalEntry>>> ListAsync(JournalListRequest request, CancellationToken cancellationToken);

    /// <summary>Reads one evidence document; the value is <see langword="null"/> when none of the id is on record.</summary>
    /// <param name="id">The document's id.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<JournalAnswer<EvidenceDocument>> ReadEvidenceAsync(string id, CancellationToken cancellationToken);

    /// <summary>Reads the notifications that are kept, in the order of their writing, at most 1,000.</summary>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<JournalAnswer<ImmutableArray<OutboxMessage>>> ReadOutboxAsync(CancellationToken cancellationToken);
}
