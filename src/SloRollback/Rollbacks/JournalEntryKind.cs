namespace SloRollback.Rollbacks;

/// <summary>What an entry of the audit log is about.</summary>
public enum JournalEntryKind
{
    /// <summary>A decision was taken, or changed.</summary>
    Decision,

    /// <summary>A rollback changed its state.</summary>
    Rollback,

    /// <summary>A person approved or rejected a rollback.</summary>
    Answer,

    /// <summary>Rollbacks were paused.</summary>
    Paused,

    /// <summary>Rollbacks were resumed.</summary>
    Resumed,
}
