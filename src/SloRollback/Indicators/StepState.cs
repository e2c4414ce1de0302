namespace SloRollback.Indicators;

/// <summary>What is known about one step of an indicator (SEMANTICS §3).</summary>
public enum StepState
{
    /// <summary>The source failed, timed out or is stale. Never booked as good or bad.</summary>
    Unmeasured,

    /// <summary>Counts were read.</summary>
    Measured,

    /// <summary>The source is healthy and there were no valid events.</summary>
    NoTraffic,

    /// <summary>The source is healthy and has no series for the indicator.</summary>
    Missing,

    /// <summary>The step touches a downtime.</summary>
    Excluded,

    /// <summary>The two counts contradict each other beyond what sampling explains.</summary>
    Inconsistent,
}
