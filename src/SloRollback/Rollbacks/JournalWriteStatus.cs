namespace SloRollback.Rollbacks;

/// <summary>What became of a write to the journal.</summary>
public enum JournalWriteStatus
{
    /// <summary>It failed; nothing may be done on the strength of it.</summary>
    Failed,

    /// <summary>Somebody else wrote first.</summary>
    Conflict,

    /// <summary>Rollbacks are paused.</summary>
    Paused,

    /// <summary>It is on record.</summary>
    Written,
}
