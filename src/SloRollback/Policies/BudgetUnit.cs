namespace SloRollback.Policies;

/// <summary>In what a remaining error budget is stated.</summary>
public enum BudgetUnit
{
    /// <summary>As a share of the whole period's budget: 0.25 is 25 %.</summary>
    Share,

    /// <summary>As minutes of complete failure.</summary>
    Minutes,

    /// <summary>As bad events; for time slices as bad slices.</summary>
    Events,
}
