namespace SloRollback.Rollbacks;

/// <summary>
/// Why no rollback is made, in the order of SEMANTICS §7: of several reasons the first is the headline. The order is part of the
/// contract, the numbers are not.
/// </summary>
public enum HoldReason
{
    /// <summary>No reason to hold.</summary>
    None,

    /// <summary>The kill switch is on.</summary>
    Paused,

    /// <summary>Something that the decision rests on is not known. Unknown never acts.</summary>
    Unknown,

    /// <summary>The onset was caused by a change of configuration, a correction or a period's boundary.</summary>
    Recomputed,

    /// <summary>Errors began before every deployment that could be blamed.</summary>
    BreachPredatesDeployment,

    /// <summary>No deployment lies in the rollback window.</summary>
    NoDeploymentInWindow,

    /// <summary>The newest deployment in the window is itself a rollback.</summary>
    SuspectIsRollback,

    /// <summary>The suspect has been rolled back once; there is no second time.</summary>
    AlreadyRolledBack,

    /// <summary>There are too few events to judge.</summary>
    TooFewEvents,

    /// <summary>The evidence does not point at the deployment.</summary>
    NotAttributed,

    /// <summary>A service that this one calls broke first.</summary>
    DependencyBreach,

    /// <summary>Other services broke at the same time.</summary>
    SharedOutage,

    /// <summary>A downtime is in force.</summary>
    Downtime,

    /// <summary>A calendar forbids automatic rollbacks now.</summary>
    Frozen,

    /// <summary>A deployment that would be undone is marked unsafe to roll back.</summary>
    RollbackUnsafe,

    /// <summary>Another controller owns the workload and would undo the rollback.</summary>
    ManagedElsewhere,

    /// <summary>A newer deployment than the suspect may be the fix.</summary>
    Superseded,

    /// <summary>There is no revision that is known to be good.</summary>
    NoKnownGoodRevision,

    /// <summary>The target was rolled back a short while ago, or is being rolled back.</summary>
    Cooldown,

    /// <summary>Too many rollbacks over all targets; waits until somebody resumes.</summary>
    RateLimited,

    /// <summary>The platform lacks the capacity to roll back safely.</summary>
    NoCapacity,

    /// <summary>The condition is no longer breached.</summary>
    Recovered,
}
