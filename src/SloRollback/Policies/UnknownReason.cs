namespace SloRollback.Policies;

/// <summary>Why a condition or a decision cannot be told.</summary>
public enum UnknownReason
{
    /// <summary>It can be told.</summary>
    None,

    /// <summary>Too few events: starts no episode, ends none, and is no blindness.</summary>
    TooFewEvents,

    /// <summary>A look-back is still filling after the first start.</summary>
    StillFilling,

    /// <summary>The metric source cannot be read.</summary>
    SourceUnreadable,

    /// <summary>The newest step is unmeasured or inconsistent.</summary>
    NewestStepUnmeasured,

    /// <summary>Under half of a look-back is measured.</summary>
    LookbackUnmeasured,

    /// <summary>Under a tenth of the period is measured.</summary>
    PeriodUnmeasured,

    /// <summary>Under 80 % of the short look-back before the deployment is measured.</summary>
    BeforeDeploymentUnmeasured,

    /// <summary>When the deployment began is a guess: what came before it is not known.</summary>
    DeploymentStartUnknown,

    /// <summary>The deployment history is unavailable or stale.</summary>
    HistoryUnavailable,

    /// <summary>Our clock and another one differ too much.</summary>
    ClockSkew,

    /// <summary>The indicator's series come from none of the instances of the workload that would be rolled back.</summary>
    SeriesFromElsewhere,

    /// <summary>The provider could not say what a rollback would do.</summary>
    PlanUnavailable,

    /// <summary>The journal cannot be read or written.</summary>
    JournalUnavailable,
}
