using SloRollback.Indicators;
using SloRollback.Notifications;
using SloRollback.Policies;

namespace SloRollback.Evaluation;

/// <summary>Counts the evaluations in a row at which an objective could not be judged, and tells when they are too many ("cannot see").</summary>
internal static class Blindness
{
    public static void Count(EngineState state, ObjectiveState objective, EngineInput input, OutputBuilder output)
    {
        var history = History(objective, input);
        var isCutOff = !objective.Outcome.IsRead || objective.IsClockSkewed || history != UnknownReason.None;
        var isBlind = isCutOff
            || objective.Counts.NewestState is StepState.Unmeasured or StepState.Inconsistent
            || BlindRule(objective) is not null;

        // While a slice goes on its objective is not judged again: one slice that nobody saw is one evaluation.
        var isJudged = objective.Evaluated != objective.Counted || objective.Counts.Next <= EngineState.Newest(objective, input.Now);
        objective.Counted = objective.Evaluated;
        if (isBlind && !isCutOff && !isJudged)
            return;

        var before = objective.BlindEvaluations;
        objective.BlindEvaluations = isBlind ? before + 1 : 0;
        if (objective.BlindEvaluations == state.Settings.CannotSeeAfter)
            output.Tell(NotificationKind.CannotSee, objective, $"{objective.Key}: cannot see: {Reason(objective, history)}. Nothing is rolled back meanwhile.");
        else if (!isBlind && before >= state.Settings.CannotSeeAfter)
            output.Tell(NotificationKind.Information, objective, $"{objective.Key}: can see again.");
    }

    private static UnknownReason History(ObjectiveState objective, EngineInput input)
    {
        foreach (var rule in objective.Rules)
        {
            if (rule.Rule.Rollback is not { } action)
                continue;

            if (objective.IsForeignTo(action.Target))
                return UnknownReason.SeriesFromElsewhere;

            var blind = input.Histories.TryGetValue(action.Target, out var history) ? history.Blind : TargetHistory.None.Blind;
            if (blind != UnknownReason.None)
                return blind;
        }

        return UnknownReason.None;
    }

    // Few events are no blindness, and a filling look-back cures itself.
    private static RuleState? BlindRule(ObjectiveState objective)
    {
        foreach (var rule in objective.Rules)
        {
            if (rule.Judgement is { Verdict: Verdict.Unknown, Reason: not (UnknownReason.None or UnknownReason.TooFewEvents or UnknownReason.StillFilling) })
                return rule;
        }

        return null;
    }

    private static string Reason(ObjectiveState objective, UnknownReason history) => objective switch
    {
        { Outcome: { IsRead: false } outcome } => outcome.Detail.Length == 0 ? outcome.Unmeasured.ToString() : $"{outcome.Unmeasured}: {outcome.Detail}",
        { Counts.NewestState: StepState.Unmeasured or StepState.Inconsistent } => $"the newest step is {objective.Counts.NewestState}",
        { IsClockSkewed: true } => UnknownReason.ClockSkew.ToString(),
        _ when history != UnknownReason.None => history.ToString(),
        _ => BlindRule(objective)!.Judgement.Reason.ToString(),
    };
}
