namespace SloRollback.Budgets;

/// <summary>Bands of the remaining error budget.</summary>
public enum BudgetBand
{
    /// <summary>Nothing valid was measured yet.</summary>
    NoData,

    /// <summary>75 % or more left.</summary>
    Healthy,

    /// <summary>50 % or more left.</summary>
    Observe,

    /// <summary>25 % or more left.</summary>
    NeedsAttention,

    /// <summary>More than nothing left.</summary>
    Unhealthy,

    /// <summary>Nothing left, or overspent.</summary>
    Exhausted,
}
