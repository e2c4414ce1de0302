namespace SloRollback.Policies;

/// <summary>Breached when less than so much of the whole period's error budget is left.</summary>
public sealed record BudgetRemainingCondition : Condition
{
    /// <summary>How much must be left. As a share at most 1; below 0 asks for a budget that is overspent by so much.</summary>
    public required decimal Below { get; init; }

    /// <summary>In what <see cref="Below"/> is stated.</summary>
    /// <value><see cref="BudgetUnit.Share"/>.</value>
    public BudgetUnit Unit { get; init; }
}
