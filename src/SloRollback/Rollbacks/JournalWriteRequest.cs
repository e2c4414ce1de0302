namespace SloRollback.Rollbacks;

/// <summary>Asks a journal to write one state of a rollback.</summary>
public sealed record JournalWriteRequest
{
    /// <summary>The new state; its <see cref="RollbackRecord.Version"/> is one more than the stored one's.</summary>
    public required RollbackRecord Record { get; init; }

    /// <summary>Refuse while rollbacks are paused: set when <see cref="RollbackState.Executing"/> is entered.</summary>
    public bool UnlessPaused { get; init; }
}
