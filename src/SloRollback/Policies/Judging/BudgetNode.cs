using SloRollback.Budgets;

namespace SloRollback.Policies.Judging;

/// <summary>A condition on the whole period's budget. With little of a period measured the whole budget is a guess: unknown.</summary>
internal abstract class BudgetNode(Condition condition) : ConditionNode(condition)
{
    private const double MinimumMeasured = 0.1;

    public sealed override Judgement Judge(in EvaluatedObjective objective)
    {
        if (IsBlind(objective))
            return Judgement.Unknown(UnknownReason.NewestStepUnmeasured);

        var budget = objective.Counts.Budget();
        if (Measured(objective, budget) < MinimumMeasured)
        {
            // A period that has only begun cures itself, as does a look-back after the first start.
            var counts = objective.Counts;
            var isFilling = counts.Next - counts.First < counts.Terms.LongestPeriodSteps * MinimumMeasured
                || (!counts.Terms.IsRolling && budget.Coverage >= MinimumMeasured);
            return Judgement.Unknown(isFilling ? UnknownReason.StillFilling : UnknownReason.PeriodUnmeasured);
        }

        return Judgement.Of(IsBreached(objective, budget));
    }

    /// <summary>The share of the period that was measured.</summary>
    protected abstract double Measured(in EvaluatedObjective objective, in ErrorBudget budget);

    protected abstract bool IsBreached(in EvaluatedObjective objective, in ErrorBudget budget);

    /// <summary>
    /// The share of the last period's length that was measured, across the boundary of a calendar period: it is the rate of events
    /// that a budget to be spent rests on, and a new month does not make that unknown.
    /// </summary>
    protected static double MeasuredLately(in EvaluatedObjective objective)
    {
        var lately = objective.Counts.Last(objective.Counts.Terms.LongestPeriodSteps);
        return lately.Coverage;
    }
}
