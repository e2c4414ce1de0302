namespace SloRollback.Objectives;

/// <summary>What an objective's error budget is counted in (SEMANTICS §4).</summary>
public enum BudgetingMethod
{
    /// <summary>Events: the share of valid events that are good.</summary>
    Occurrences,

    /// <summary>Slices of time, each good or bad: the share of them that are good.</summary>
    Timeslices,

    /// <summary>Slices of time, each with its share of good events: the mean of the shares.</summary>
    RatioTimeslices,
}
