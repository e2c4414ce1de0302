using NodaTime;
using SloRollback.Budgets;
using SloRollback.Indicators;
using SloRollback.Objectives;

namespace SloRollback.Policies;

/// <summary>Judges a condition at an objective's newest step (SEMANTICS §5). Reads the tracker, changes nothing.</summary>
/// <param name="tracker">The objective's counts.</param>
/// <param name="target">The objective's target.</param>
/// <param name="rule">The rule, for its minimums.</param>
/// <param name="mark">The deployment since which bad events count; <see langword="null"/> counts all of them.</param>
internal readonly struct ConditionEvaluator(ObjectiveTracker tracker, ObjectiveTarget target, PolicyRule rule, DeploymentMark? mark)
{
    private const double MinimumLookbackCoverage = 0.5;
    private const double MinimumPeriodCoverage = 0.1;

    public Judgement Judge(Condition condition)
    {
        switch (condition)
        {
            case BurnRateCondition burn:
                return Burn(burn.Lookback, burn.Lookback, burn.Above, burn.SinceDeployment);
            case MultiWindowBurnRateCondition burn:
                return Burn(burn.Long, burn.Short, burn.Above, burn.SinceDeployment);
            case BudgetConsumedSinceDeploymentCondition consumed:
                return BudgetConsumed(consumed.Above, out _);
            case AllCondition all:
                {
                    var judgement = Judgement.Breached;
                    foreach (var part in all.Conditions) judgement = Judgement.And(judgement, Judge(part));
                    return judgement;
                }

            case AnyCondition any:
                {
                    var judgement = Judgement.NotBreached;
                    foreach (var part in any.Conditions) judgement = Judgement.Or(judgement, Judge(part));
                    return judgement;
                }

            default:
                throw new InvalidOperationException($"No evaluation for {condition.GetType().Name}");
        }
    }

    /// <summary>The same verdict with its figures, for evidence and people.</summary>
    public ConditionResult Explain(Condition condition)
    {
        var judgement = Judge(condition);
        var result = new ConditionResult { Condition = condition, Verdict = judgement.Verdict, Reason = judgement.Reason };
        var self = this;
        switch (condition)
        {
            case BurnRateCondition burn:
                return result with { Windows = [Read(burn.Lookback, burn.Above, burn.SinceDeployment)] };
            case MultiWindowBurnRateCondition burn:
                return result with
                {
                    Windows = [Read(burn.Long, burn.Above, burn.SinceDeployment), Read(burn.Short, burn.Above, burn.SinceDeployment)],
                };
            case BudgetConsumedSinceDeploymentCondition consumed:
                BudgetConsumed(consumed.Above, out var share);
                return result with { BudgetShare = share };
            case AllCondition all:
                return result with { Parts = [.. all.Conditions.Select(part => self.Explain(part))] };
            case AnyCondition any:
                return result with { Parts = [.. any.Conditions.Select(part => self.Explain(part))] };
            default:
                return result;
        }
    }

    /// <summary>The burn rate over a look-back.</summary>
    public WindowReading Read(Duration lookback, decimal? above, bool sinceDeployment)
    {
        var window = Window(lookback, sinceDeployment);
        return new WindowReading
        {
            Lookback = lookback,
            Bad = window.Bad,
            Valid = window.EffectiveValid,
            Coverage = window.Coverage,
            BurnRate = BurnRate.Of(window.Bad, window.EffectiveValid, target.ErrorBudgetFraction),
            Above = above,
        };
    }

    private Judgement Burn(Duration longLookback, Duration shortLookback, decimal above, bool sinceDeployment)
    {
        if (tracker.Newest.State is StepState.Unmeasured or StepState.Inconsistent)
            return Judgement.Unknown(UnknownReason.NewestStepUnmeasured);

        var window = Window(longLookback, sinceDeployment);
        if (window.Valid < rule.MinimumValid || window.Bad < rule.MinimumBad)
            return Judgement.Unknown(UnknownReason.TooFewEvents);

        var recent = shortLookback == longLookback ? window : Window(shortLookback, sinceDeployment);
        if (IsAbove(window, above) && IsAbove(recent, above))
            return Judgement.Breached;

        if (Math.Min(window.Coverage, recent.Coverage) >= MinimumLookbackCoverage)
            return Judgement.NotBreached;

        return Judgement.Unknown(IsFilling(window) && IsFilling(recent) ? UnknownReason.StillFilling : UnknownReason.LookbackUnmeasured);
    }

    private Judgement BudgetConsumed(decimal above, out double share)
    {
        var budget = tracker.Budget(target);
        var bad = mark is null ? 0 : tracker.Since(mark).Bad;
        share = budget.Total > 0 ? bad / budget.Total : 0;
        if (tracker.Newest.State is StepState.Unmeasured or StepState.Inconsistent)
            return Judgement.Unknown(UnknownReason.NewestStepUnmeasured);

        if (budget.Coverage < MinimumPeriodCoverage)
        {
            return Judgement.Unknown(tracker.Next - tracker.First < tracker.PeriodSteps * MinimumPeriodCoverage
                ? UnknownReason.StillFilling
                : UnknownReason.PeriodUnmeasured);
        }

        return Judgement.Of(BurnRate.IsAbove(bad, budget.Total, above, errorBudgetFraction: 1));
    }

    // Is nothing but the time before the first step lacking? That cures itself.
    private bool IsFilling(in WindowCounts window) =>
        window.Seen >= MinimumLookbackCoverage * (Math.Min(window.Steps, tracker.Next - tracker.First) - window.Excluded);

    private bool IsAbove(in WindowCounts window, decimal above) =>
        BurnRate.IsAbove(window.Bad, window.EffectiveValid, above, target.ErrorBudgetFraction);

    private WindowCounts Window(Duration lookback, bool sinceDeployment)
    {
        var steps = tracker.StepsIn(lookback);
        var window = tracker.Last(steps);
        return sinceDeployment && mark is not null ? window with { Bad = tracker.BadSince(mark, steps) } : window;
    }
}
