using System.Collections.Immutable;

namespace SloRollback.Rollbacks;

/// <summary>Asks a journal to write one state of a rollback with what belongs to it, or the latter alone: all of it, or nothing.</summary>
public sealed record JournalWriteRequest
{
    /// <summary>
    /// The new state; its <see cref="RollbackRecord.Version"/> is one more than the stored one's. <see langword="null"/>: no rollback changes, and
    /// nothing can conflict.
    /// </summary>
    public RollbackRecord? Record { get; init; }

    /// <summary>
    /// Refuse while every one of these rules is paused: those that ask for the rollback, when <see cref="RollbackState.Executing"/> is
    /// entered; none otherwise, and then no pause refuses.
    /// </summary>
    public ImmutableArray<string> UnlessPaused { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>
    /// Refuse as a conflict unless <see cref="GuardState.Executions"/> is still this, and count one more: nothing else has begun to execute since the
    /// decision looked, so that cooldown, rate limit and one rollback per target hold between replicas, too. Given when
    /// <see cref="RollbackState.Executing"/> is entered. Needs a <see cref="Record"/>.
    /// </summary>
    /// <value><see langword="null"/>: neither asked nor counted.</value>
    public long? Executions { get; init; }

    /// <summary>
    /// Evidence to keep. The document of <see cref="Record"/> (<see cref="RollbackRecord.EvidenceId"/>) takes the place of the one with its id; any
    /// other is kept only where there is none: whoever did not win the compare-and-swap may know less.
    /// </summary>
    public ImmutableArray<EvidenceDocument> Evidence { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Lines to add to the audit log, in order; the journal numbers them.</summary>
    public ImmutableArray<JournalEntry> Entries { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Notifications to keep until they are delivered.</summary>
    public ImmutableArray<OutboxMessage> Outbox { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Keys of <see cref="OutboxMessage"/>s that were delivered, or given up, and are no longer kept. Unknown ones do nothing.</summary>
    public ImmutableArray<string> Delivered { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>What stands against the write; <see langword="null"/> when nothing does.</summary>
    /// <param name="pauses">Where rollbacks are paused, read in the same atomic step as the write.</param>
    public Pause? PausedBy(IReadOnlyCollection<Pause> pauses) =>
        UnlessPaused.IsEmpty || !UnlessPaused.All(key => pauses.Any(p => p.Covers(key))) ? null : pauses.First(p => p.Covers(UnlessPaused[0]));
}
