namespace SloRollback.Policies;

/// <summary>Breached when bad events since the deployment have burned more than a share of the period's whole error budget.</summary>
public sealed record BudgetConsumedSinceDeploymentCondition : Condition
{
    /// <summary>The share of the whole period's budget, above 0, as a fraction: 0.01 is 1 %.</summary>
    public required decimal Above { get; init; }
}
