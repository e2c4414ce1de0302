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
        BudgetUnit.Minutes => IsBelow(budget.RemainingMinutes, budget.TotalMinutes * Math.Max(1, budget.Consumed)),
        _ => IsBelow(budget.RemainingEvents, Math.Max(budget.Total, budget.Bad)),
    };

    // What is left of a subtraction is as exact as what it was made of.
    private bool IsBelow(double remaining, double largest) => below - remaining > ExactComparison.Rounding * largest;

    protected override ConditionResult Describe(in EvaluatedObjective objective, ConditionResult result) =>
        result with { BudgetShare = objective.Counts.Budget().Remaining };
}
