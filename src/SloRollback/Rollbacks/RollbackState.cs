namespace SloRollback.Rollbacks;

/// <summary>The states of a rollback (SEMANTICS §8), in order; those from <see cref="Succeeded"/> on are final.</summary>
public enum RollbackState
{
    /// <summary>Decided on, nothing done.</summary>
    Proposed,

    /// <summary>Waits for a person.</summary>
    AwaitingApproval,

    /// <summary>The provider is asked to act, or has been.</summary>
    Executing,

    /// <summary>The revision is back; whether it helped is being measured.</summary>
    Verifying,

    /// <summary>It helped, and is in place.</summary>
    Succeeded,

    /// <summary>It did not help: the errors go on.</summary>
    NoEffect,

    /// <summary>Whether it helped could not be told.</summary>
    Unverified,

    /// <summary>Somebody else changed the workload afterwards.</summary>
    RevertedByOther,

    /// <summary>The platform did not complete it.</summary>
    Failed,

    /// <summary>It ended before anything was changed.</summary>
    Abandoned,
}
