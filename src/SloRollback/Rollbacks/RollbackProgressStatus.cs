namespace SloRollback.Rollbacks;

/// <summary>How far a rollback has come.</summary>
public enum RollbackProgressStatus
{
    /// <summary>It cannot be told now; ask again.</summary>
    Unknown,

    /// <summary>The id has never been applied.</summary>
    NotApplied,

    /// <summary>It was accepted, and the revision is being rolled out.</summary>
    InProgress,

    /// <summary>The revision serves alone and is in place.</summary>
    Completed,

    /// <summary>The platform gave it up.</summary>
    Failed,

    /// <summary>It was accepted, and somebody else has changed the workload since.</summary>
    RevertedByOther,
}
