using SloRollback.Budgets;
using SloRollback.Objectives;

namespace SloRollback.Policies.Judging;

/// <summary>
/// The ratio of bad to valid events over two look-backs against one limit: burn rates and, with one look-back, the SLI. Unmeasured
/// steps count as valid and none bad, so what is breached all the same is breached.
/// </summary>
/// <param name="condition">The condition.</param>
/// <param name="windows">Its look-backs and factor.</param>
/// <param name="sinceDeployment">Do only bad events since the deployment count?</param>
/// <param name="rule">The rule, for its minimums.</param>
/// <param name="terms">The objective's terms.</param>
internal sealed class RatioNode(Condition condition, BurnWindows windows, bool sinceDeployment, PolicyRule rule, ObjectiveTerms terms)
    : ConditionNode(condition)
{
    private const double MinimumCoverage = 0.5;

    private readonly long longSteps = terms.StepsIn(windows.Long);
    private readonly long shortSteps = terms.StepsIn(windows.Short);
    private readonly ExactFactor limit = windows.Limit(terms.Target);
    private readonly double minimumValid = terms.IsSliced ? 0 : rule.MinimumValid;
    private readonly double minimumBad = rule.MinimumBad;

    public override Judgement Judge(in EvaluatedObjective objective)
    {
        if (IsBlind(objective))
            return Judgement.Unknown(UnknownReason.NewestStepUnmeasured);

        var window = Window(objective, longSteps);
        if (window.Valid < minimumValid || objective.Counts.BadEvents(window, sinceDeployment ? objective.Mark : null) < minimumBad)
            return Judgement.Unknown(UnknownReason.TooFewEvents);

        var recent = shortSteps == longSteps ? window : Window(objective, shortSteps);
        if (limit.IsExceeded(window.Bad, window.EffectiveValid) && limit.IsExceeded(recent.Bad, recent.EffectiveValid))
            return Judgement.Breached;

        if (Math.Min(window.Coverage, recent.Coverage) >= MinimumCoverage)
            return Judgement.NotBreached;

        return Judgement.Unknown(IsFilling(objective, window) && IsFilling(objective, recent)
            ? UnknownReason.StillFilling
            : UnknownReason.LookbackUnmeasured);
    }

    protected override ConditionResult Describe(in EvaluatedObjective objective, ConditionResult result)
    {
        var window = Read(objective, longSteps, windows.Long);
        return result with { Windows = shortSteps == longSteps ? [window] : [window, Read(objective, shortSteps, windows.Short)] };
    }

    // Is nothing but the time before the first step lacking? That cures itself.
    private static bool IsFilling(in EvaluatedObjective objective, in WindowCounts window) =>
        window.Seen >= MinimumCoverage * (Math.Min(window.Steps, objective.Counts.Next - objective.Counts.First) - window.Excluded);

    private WindowReading Read(in EvaluatedObjective objective, long steps, NodaTime.Duration lookback) =>
        WindowReading.Of(lookback, Window(objective, steps), terms.Target, windows.Above);

    private WindowCounts Window(in EvaluatedObjective objective, long steps)
    {
        var window = objective.Counts.Last(steps);
        return sinceDeployment && objective.Mark is { } mark ? window with { Bad = objective.Counts.BadSince(mark, steps) } : window;
    }
}
