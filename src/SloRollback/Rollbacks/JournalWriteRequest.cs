using System.Collections.Immutable;

namespace SloRollback.Rollbacks;

/// <summary>Asks a journal to write one state of a rollback.</summary>
public sealed record JournalWriteRequest
{
    /// <summary>The new state; its <see cref="RollbackRecord.Version"/> is one more than the stored one's.</summary>
    public required RollbackRecord Record { get; init; }

    /// <summary>
    /// Refuse while every one of these rules is paused: those that ask for the rollback, when <see cref="RollbackState.Executing"/> is
    /// entered; none otherwise, and then no pause refuses.
    /// </summary>
    public ImmutableArray<string> UnlessPaused { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>What stands against the write; <see langword="null"/> when nothing does.</summary>
    /// <param name="pauses">Where rollbacks are paused, read in the same atomic step as the write.</param>
    public Pause? PausedBy(IReadOnlyCollection<Pause> pauses) =>
        UnlessPaused.IsEmpty || !UnlessPaused.All(key => pauses.Any(p => p.Covers(key))) ? null : pauses.First(p => p.Covers(UnlessPaused[0]));
}
