using System.Collections.Immutable;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Indicators;
using SloRollback.Notifications;
using SloRollback.Policies;
using SloRollback.Rollbacks;

namespace SloRollback.Evaluation;

/// <summary>
/// The one composition of everything that is decided: readings become counts, counts verdicts, verdicts episodes, episodes decisions.
/// Production, tests and simulation call it alike; it reads no clock and does no I/O.
/// </summary>
internal static class Engine
{
    /// <summary>
    /// Evaluates all steps up to <see cref="EngineInput.Now"/>. Steps that were missed are replayed one by one before anything is
    /// decided; decisions are taken once, at the newest step.
    /// </summary>
    public static EngineOutput Step(EngineState state, EngineInput input)
    {
        var output = new OutputBuilder(state, input);
        for (var i = 0; i < state.Objectives.Length; i++)
        {
            var objective = state.Objectives[i];
            var readings = input.Readings[i];
            objective.Outcome = readings.Outcome;
            objective.IsClockSkewed = readings.IsClockSkewed;
            if (readings.Outcome.IsRead)
                Take(state, objective, readings, input, output);

            // An objective that could not be brought up to now is judged blind: unknown ends and starts nothing.
            if (!readings.Outcome.IsRead || objective.Tracker.Next < StepGrid.IndexOf(input.Now, state.Settings.Step))
                EvaluateBlind(objective, input, output);

            DropMarks(state, objective, input);
            CountBlindness(state, objective, input, output);
        }

        foreach (var objective in state.Objectives)
            Decisions.Take(state, objective, input, output);
        Decisions.Attribute(state, output);
        output.NoticeRedeployed();
        return output.Build();
    }

    /// <summary>The deployments since which a rollback rule counts at an evaluation: those whose window is open, and those of open episodes.</summary>
    internal static IEnumerable<Deployment> Counted(RuleState rule, RollbackAction action, TargetHistory history, Instant at, EngineSettings settings) =>
        history.Deployments.Where(d => rule.Open.ContainsKey(d.Id) || action.Window.Contains(d, at, settings.MaximumRolloutAge));

    private static void Take(EngineState state, ObjectiveState objective, ObjectiveReadings readings, EngineInput input, OutputBuilder output)
    {
        var tracker = objective.Tracker;
        var cells = readings.Cells.Span;
        long? corrected = null;
        for (var i = 0; i < cells.Length; i++)
        {
            var step = readings.First + i;
            if (tracker.HasStarted && step < tracker.Next)
            {
                // Only a gap is filled afterwards: what was measured when it was final stays.
                if (cells[i].State == StepState.Measured && tracker.TryGetStep(step, out var counts) && counts.Seen == 0)
                {
                    Correct(objective, step, objective.Reader.ReadAgain(step, cells[i]), ref corrected);
                    CorrectOthers(objective, ref corrected);
                }

                continue;
            }

            var value = objective.Reader.Read(step, cells[i], out var reason);
            CorrectOthers(objective, ref corrected);
            Recompute(objective, ref corrected);
            objective.Outcome = reason == UnmeasuredReason.None
                ? readings.Outcome
                : readings.Outcome with { Unmeasured = reason, Detail = "the selector of good events has never matched a series" };
            tracker.Record(step, value);
            foreach (var run in objective.Runs) run.Add(step, value.Bad, value.Valid);
            Evaluate(state, objective, value, StepGrid.StartOf(step, tracker.Step), input, output);
        }

        Recompute(objective, ref corrected);
    }

    private static void CorrectOthers(ObjectiveState objective, ref long? corrected)
    {
        foreach (var (step, value) in objective.Reader.Corrections)
            Correct(objective, step, value, ref corrected);
    }

    private static void Correct(ObjectiveState objective, long step, in SliStep value, ref long? corrected)
    {
        if (objective.Tracker.Correct(step, value))
            corrected = Math.Min(corrected ?? step, step);
    }

    private static void Recompute(ObjectiveState objective, ref long? corrected)
    {
        if (corrected is { } from)
        {
            foreach (var run in objective.Runs) run.Recompute(objective.Tracker, from);
        }

        corrected = null;
    }

    private static void Evaluate(EngineState state, ObjectiveState objective, in SliStep value, Instant start, EngineInput input, OutputBuilder output)
    {
        var length = objective.Tracker.Step;
        var at = start + length;
        foreach (var rule in objective.Rules)
        {
            rule.Judgement = default;
            if (rule.Rule.Rollback is not { } action)
            {
                EvaluateEpisode(objective, rule, deployment: null, at, output);
                continue;
            }

            var history = input.Histories.GetValueOrDefault(action.Target, TargetHistory.None);
            rule.Ledger.Book(history.Deployments, start, length, value);
            foreach (var deployment in Counted(rule, action, history, at, state.Settings))
                EvaluateEpisode(objective, rule, deployment, at, output);
            EvaluateUnseen(objective, rule, history, at, output);
        }
    }

    private static void EvaluateEpisode(ObjectiveState objective, RuleState rule, Deployment? deployment, Instant at, OutputBuilder output)
    {
        var tracker = objective.Tracker;
        var id = deployment?.Id ?? default;
        var mark = deployment is null ? null : tracker.Mark(deployment);
        var evaluator = new ConditionEvaluator(tracker, objective.Objective.Target, rule.Rule, mark);
        var judgement = evaluator.Judge(rule.Rule.When);
        rule.Judgement = Graver(rule.Judgement, judgement);
        rule.Open.TryGetValue(id, out var open);
        if (open is null && judgement.Verdict != Verdict.Breached)
            return;

        var result = evaluator.Explain(rule.Rule.When);
        var episode = PolicyEvaluator.Next(open?.Episode, rule.Key, deployment?.Id, result, at, objective.Runs, tracker.Step);
        Keep(rule, id, open, episode, output);
    }

    // An episode whose deployment the history does not tell of (any more) cannot be counted: it goes on unknown until it is lost.
    private static void EvaluateUnseen(ObjectiveState objective, RuleState rule, TargetHistory history, Instant at, OutputBuilder output)
    {
        foreach (var id in rule.Open.Keys.Where(id => history.Deployments.All(d => d.Id != id)).ToList())
        {
            rule.Judgement = Graver(rule.Judgement, Judgement.Unknown(UnknownReason.HistoryUnavailable));
            EvaluateUnknown(objective, rule, id, UnknownReason.HistoryUnavailable, at, output);
        }
    }

    private static void EvaluateBlind(ObjectiveState objective, EngineInput input, OutputBuilder output)
    {
        foreach (var rule in objective.Rules)
        {
            rule.Judgement = Judgement.Unknown(UnknownReason.SourceUnreadable);
            foreach (var id in rule.Open.Keys.ToList())
                EvaluateUnknown(objective, rule, id, UnknownReason.SourceUnreadable, input.Now, output);
        }
    }

    private static void EvaluateUnknown(ObjectiveState objective, RuleState rule, DeploymentId id, UnknownReason reason, Instant at, OutputBuilder output)
    {
        var open = rule.Open[id];
        var unknown = new ConditionResult { Condition = rule.Rule.When, Reason = reason };
        Keep(rule, id, open, PolicyEvaluator.Next(open.Episode, rule.Key, open.Episode.Deployment, unknown, at, objective.Runs, objective.Tracker.Step), output);
    }

    private static void Keep(RuleState rule, DeploymentId id, EpisodeState? open, Episode? episode, OutputBuilder output)
    {
        if (episode is null)
            return;

        if (open is null)
        {
            rule.Open.Add(id, new EpisodeState(episode));
            output.Changed(episode);
        }
        else if (episode.End == EpisodeEnd.Open)
        {
            open.Episode = episode;
        }
        else
        {
            rule.Open.Remove(id);
            output.Changed(episode);
        }
    }

    private static void DropMarks(EngineState state, ObjectiveState objective, EngineInput input)
    {
        var kept = new HashSet<DeploymentId>();
        foreach (var rule in objective.Rules)
        {
            if (rule.Rule.Rollback is not { } action)
                continue;

            var history = input.Histories.GetValueOrDefault(action.Target, TargetHistory.None);
            kept.UnionWith(Counted(rule, action, history, input.Now, state.Settings).Select(d => d.Id));
            kept.UnionWith(rule.Open.Keys);
            kept.UnionWith(rule.Open.Values.SelectMany(e => e.Episode.Facts).Select(f => f.Deployment));
        }

        objective.Tracker.KeepMarks(kept);
    }

    private static void CountBlindness(EngineState state, ObjectiveState objective, EngineInput input, OutputBuilder output)
    {
        var history = objective.Rules
            .Select(r => r.Rule.Rollback is { } action ? input.Histories.GetValueOrDefault(action.Target, TargetHistory.None).Blind : UnknownReason.None)
            .FirstOrDefault(b => b != UnknownReason.None);
        var isBlind = !objective.Outcome.IsRead
            || objective.IsClockSkewed
            || history != UnknownReason.None
            || objective.Tracker.Newest.State is StepState.Unmeasured or StepState.Inconsistent
            || objective.Rules.Any(r => r.Judgement is { Verdict: Verdict.Unknown, Reason: not (UnknownReason.None or UnknownReason.TooFewEvents or UnknownReason.StillFilling) });
        var before = objective.BlindEvaluations;
        objective.BlindEvaluations = isBlind ? before + 1 : 0;
        if (objective.BlindEvaluations == state.Settings.CannotSeeAfter)
            output.Tell(NotificationKind.CannotSee, objective, $"{objective.Key}: cannot see: {Blindness(objective, history)}. Nothing is rolled back meanwhile.");
        else if (!isBlind && before >= state.Settings.CannotSeeAfter)
            output.Tell(NotificationKind.Information, objective, $"{objective.Key}: can see again.");
    }

    private static string Blindness(ObjectiveState objective, UnknownReason history) => objective switch
    {
        { Outcome: { IsRead: false } outcome } => outcome.Detail.Length == 0 ? outcome.Unmeasured.ToString() : $"{outcome.Unmeasured}: {outcome.Detail}",
        { Tracker.Newest.State: StepState.Unmeasured or StepState.Inconsistent } => $"the newest step is {objective.Tracker.Newest.State}",
        { IsClockSkewed: true } => UnknownReason.ClockSkew.ToString(),
        _ when history != UnknownReason.None => history.ToString(),
        _ => objective.Rules.First(r => r.Judgement.Verdict == Verdict.Unknown).Judgement.Reason.ToString(),
    };

    private static Judgement Graver(Judgement a, Judgement b) =>
        b.Verdict == Verdict.Breached || a == default ? b
        : a.Verdict == Verdict.Breached || b.Verdict == Verdict.NotBreached ? a
        : b;
}
