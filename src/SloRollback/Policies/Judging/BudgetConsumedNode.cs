using SloRollback.Budgets;

namespace SloRollback.Policies.Judging;

/// <summary>The share of the whole period's budget that bad events of a look-back burned, or those since the deployment.</summary>
/// <param name="condition">The condition.</param>
/// <param name="above">The share.</param>
/// <param name="lookback">Steps of the look-back; <see langword="null"/> counts since the deployment.</param>
internal sealed class BudgetConsumedNode(Condition condition, decimal above, long? lookback) : BudgetNode(condition)
{
    private readonly ExactFactor limit = new(above);

    protected override double Measured(in EvaluatedObjective objective, in ErrorBudget budget) => MeasuredLately(objective);

    protected override bool IsBreached(in EvaluatedObjective objective, in ErrorBudget budget) =>
        budget.Total > 0 && limit.IsExceeded(Burned(objective), budget.Total);

    protected override ConditionResult Describe(in EvaluatedObjective objective, ConditionResult result)
    {
        var total = objective.Counts.Budget().Total;
        return result with { BudgetShare = total > 0 ? Burned(objective) / total : 0 };
    }

    private double Burned(in EvaluatedObjective objective) =>
        lookback is { } steps ? objective.Counts.SpentIn(steps)
        : objective.Mark is { } mark ? objective.Counts.SpentSince(mark)
        : 0;
}
