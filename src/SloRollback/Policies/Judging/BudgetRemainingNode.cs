using SloRollback.Budgets;

namespace SloRollback.Policies.Judging;

internal sealed class BudgetRemainingNode(BudgetRemainingCondition condition) : BudgetNode(condition)
{
    private readonly ExactFactor spent = new(condition.Unit == BudgetUnit.Share ? 1 - condition.Below : 0);
    private readonly double below = (double)condition.Below;

    protected override double Measured(in EvaluatedObjective objective, in ErrorBudget budget) => budget.Measured;

    // remaining < below, multiplied out: a budget of 0 has nothing to lose.
    protected override bool IsBreached(in EvaluatedObjective objective, in ErrorBudget budget) => budget.Total > 0 && condition.Unit switch
    {
        BudgetUnit.Share => spent.IsExceeded(budget.Bad, budget.Total),
        BudgetUnit.Minutes => budget.RemainingMinutes < below,
        _ => budget.RemainingEvents < below,
    };

    protected override ConditionResult Describe(in EvaluatedObjective objective, ConditionResult result) =>
        result with { BudgetShare = objective.Counts.Budget().Remaining };
}
