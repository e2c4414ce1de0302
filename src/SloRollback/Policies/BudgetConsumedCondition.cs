using NodaTime;

namespace SloRollback.Policies;

/// <summary>
/// Breached when the bad events of a look-back have burned more than a share of the period's whole error budget. Not a burn rate:
/// it does not depend on the look-back's length.
/// </summary>
public sealed record BudgetConsumedCondition : Condition
{
    /// <summary>The look-back, at least one step and at most the period.</summary>
    public required Duration Lookback { get; init; }

    /// <summary>The share of the whole period's budget, above 0, as a fraction: 0.05 is 5 %.</summary>
    public required decimal Above { get; init; }
}
