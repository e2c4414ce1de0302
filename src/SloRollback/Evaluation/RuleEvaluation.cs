using NodaTime;
using SloRollback.Deployments;
using SloRollback.Indicators;
using SloRollback.Policies;
using SloRollback.Policies.Judging;
using SloRollback.Rollbacks;

namespace SloRollback.Evaluation;

/// <summary>Judges an objective's rules at its newest step and carries their episodes on.</summary>
internal static class RuleEvaluation
{
    /// <summary>Evaluates the step that was booked last.</summary>
    public static void Evaluate(EngineState state, ObjectiveState objective, EngineInput input, OutputBuilder output)
    {
        foreach (var rule in objective.Rules)
            Book(objective, rule, input);

        Evaluate(state, objective, input, output, isRecomputed: objective.IsComposite && IsAhead(objective));
        objective.Evaluated = objective.Counts.Next;
    }

    /// <summary>
    /// Begins the calendar periods that come after the newest steps, and evaluates those steps once more: what begins with a new
    /// period and not with the last step is recomputed. After all were evaluated, since composites rest on their members' periods.
    /// </summary>
    public static void BeginPeriods(EngineState state, EngineInput input, OutputBuilder output)
    {
        var began = new List<ObjectiveState>();
        foreach (var objective in state.Periodic)
        {
            if (objective.Tracker!.BeginPeriod())
                began.Add(objective);
        }

        if (began.Count == 0)
            return;

        foreach (var objective in began.Concat(state.Late.Where(o => o.Tracker is null && o.Members.Any(began.Contains))))
        {
            if (objective.Evaluated == objective.Counts.Next)
                Evaluate(state, objective, input, output, isRecomputed: true);
        }
    }

    /// <summary>
    /// Evaluates the newest steps once more where history was filled in meanwhile: what begins with that and not with the next step is
    /// recomputed. Before anything new is booked.
    /// </summary>
    public static void Recompute(EngineState state, EngineInput input, OutputBuilder output)
    {
        foreach (var objective in state.Objectives)
        {
            if (IsRefilled(objective) && objective.Counts.HasStarted && objective.Evaluated == objective.Counts.Next)
                Evaluate(state, objective, input, output, isRecomputed: true);
        }

        foreach (var objective in state.Objectives)
            objective.IsRefilled = false;
    }

    /// <summary>Evaluates all rules as unknown: nothing was read.</summary>
    public static void EvaluateBlind(ObjectiveState objective, EngineInput input, OutputBuilder output)
    {
        foreach (var rule in objective.Rules)
        {
            rule.Judgement = Judgement.Unknown(UnknownReason.SourceUnreadable);
            if (rule.Open.Count == 0)
                continue;

            foreach (var id in rule.Open.Keys.ToList())
                EvaluateUnknown(rule, id, input.Now, output);
        }
    }

    /// <summary>Drops what is kept of deployments that can no longer be blamed by any rule: a composite's need its members' marks.</summary>
    public static void Forget(EngineState state, EngineInput input)
    {
        if (!state.HasMarks)
            return;

        var kept = new HashSet<DeploymentId>();
        foreach (var (objective, rule) in state.Objectives.SelectMany(o => o.Rules.Select(r => (o, r))))
        {
            if (rule.Rule.Rollback is not { } action)
                continue;

            // Not now: an objective whose source is away is evaluated from where it is when that comes back.
            var at = objective.Counts.HasStarted ? StepGrid.StartOf(objective.Counts.Next, objective.Terms.Step) : input.Now;
            kept.UnionWith(History(input, action).Deployments.Where(d => IsCounted(rule, action, d, at, state.Settings)).Select(d => d.Id));
            kept.UnionWith(rule.Open.Keys);
            kept.UnionWith(rule.Open.Values.SelectMany(e => e.Episode.Facts).Select(f => f.Deployment));
        }

        foreach (var objective in state.Objectives)
        {
            objective.Tracker?.KeepMarks(kept);
            foreach (var rule in objective.Rules)
                rule.KeepClocks(kept);
        }
    }

    /// <summary>What a condition is judged on for one deployment, or for none.</summary>
    public static EvaluatedObjective Subject(ObjectiveState objective, RuleState rule, Deployment? deployment) => new(
        objective.Counts,
        deployment,
        deployment is null ? null : objective.Counts.Mark(deployment),
        rule.Clocks(deployment?.Id ?? default),
        objective.Peers);

    private static bool IsRefilled(ObjectiveState objective)
    {
        foreach (var member in objective.Members)
        {
            if (member.IsRefilled)
                return true;
        }

        return objective.IsRefilled;
    }

    // A composite whose members lag behind one another may have one that is in its next period already.
    private static bool IsAhead(ObjectiveState composite)
    {
        var next = composite.Counts.Next;
        return composite.Members.Any(m => m.Tracker!.PeriodStart >= next);
    }

    private static void Evaluate(EngineState state, ObjectiveState objective, EngineInput input, OutputBuilder output, bool isRecomputed)
    {
        var at = StepGrid.StartOf(objective.Counts.Next, objective.Terms.Step);
        foreach (var rule in objective.Rules)
        {
            rule.Judgement = default;
            if (rule.Rule.Rollback is not { } action)
            {
                EvaluateEpisode(state, objective, rule, deployment: null, at, output, isRecomputed);
                continue;
            }

            var history = History(input, action);
            foreach (var deployment in history.Deployments)
            {
                if (IsCounted(rule, action, deployment, at, state.Settings))
                    EvaluateEpisode(state, objective, rule, deployment, at, output, isRecomputed);
            }

            EvaluateUnseen(rule, history, at, output);
        }
    }

    private static void EvaluateEpisode(
        EngineState state, ObjectiveState objective, RuleState rule, Deployment? deployment, Instant at, OutputBuilder output, bool isRecomputed)
    {
        var subject = Subject(objective, rule, deployment);
        var judgement = rule.Condition.Judge(subject);
        rule.Judgement = Graver(rule.Judgement, judgement);
        var id = deployment?.Id ?? default;
        rule.Open.TryGetValue(id, out var open);
        if (open is null && judgement.Verdict != Verdict.Breached)
            return;

        var episode = open is null
            ? PolicyEvaluator.Begin(rule.Key, deployment?.Id, rule.Condition.Explain(subject), at, objective.Counts) with { IsRecomputed = isRecomputed }
            : PolicyEvaluator.Next(open.Episode, judgement.Verdict, at);
        Keep(rule, id, open, episode, output);
    }

    // An episode whose deployment the history does not tell of (any more) cannot be counted: it goes on unknown until it is lost.
    private static void EvaluateUnseen(RuleState rule, TargetHistory history, Instant at, OutputBuilder output)
    {
        if (rule.Open.Count == 0)
            return;

        foreach (var id in rule.Open.Keys.Where(id => history.Deployments.All(d => d.Id != id)).ToList())
        {
            rule.Judgement = Graver(rule.Judgement, Judgement.Unknown(UnknownReason.HistoryUnavailable));
            EvaluateUnknown(rule, id, at, output);
        }
    }

    private static void EvaluateUnknown(RuleState rule, DeploymentId id, Instant at, OutputBuilder output)
    {
        var open = rule.Open[id];
        Keep(rule, id, open, PolicyEvaluator.Next(open.Episode, Verdict.Unknown, at), output);
    }

    private static void Keep(RuleState rule, DeploymentId id, EpisodeState? open, Episode episode, OutputBuilder output)
    {
        if (open is null)
        {
            rule.Begin(id, episode);
            output.Changed(episode);
        }
        else if (episode.End == EpisodeEnd.Open)
        {
            open.Episode = episode;
        }
        else
        {
            rule.End(id);
            output.Changed(episode);
        }
    }

    // What a revision did while it served is told by the objective itself, or by a composite's members on the rule's target.
    private static void Book(ObjectiveState objective, RuleState rule, EngineInput input)
    {
        if (rule.Rule.Rollback is not { } action)
            return;

        var step = objective.IsComposite ? Served(rule, objective.Counts.Next - 1) : objective.Newest;
        var end = StepGrid.StartOf(objective.Counts.Next, objective.Terms.Step);
        rule.Ledger.Book(History(input, action).Deployments, end - objective.Terms.Step, objective.Terms.Step, step);
    }

    // Not the members' newest: one may be ahead of the others.
    private static SliStep Served(RuleState rule, long step)
    {
        var (state, bad, valid) = (StepState.Measured, 0.0, 0.0);
        foreach (var member in rule.Served)
        {
            member.Tracker!.TryGetStep(step, out var counts);
            (bad, valid) = (bad + counts.Bad, valid + counts.Valid);
            if (member.Tracker.StateOf(step) is var known and not (StepState.Measured or StepState.NoTraffic))
                state = known;
        }

        return new SliStep(state, bad, valid);
    }

    /// <summary>Does a rollback rule count since a deployment: is its window open, or an episode of it?</summary>
    private static bool IsCounted(RuleState rule, RollbackAction action, Deployment deployment, Instant at, EngineSettings settings) =>
        action.Window.Contains(deployment, at, settings.MaximumRolloutAge) || (rule.Open.Count > 0 && rule.Open.ContainsKey(deployment.Id));

    private static TargetHistory History(EngineInput input, RollbackAction action) =>
        input.Histories.TryGetValue(action.Target, out var history) ? history : TargetHistory.None;

    // Of several deployments what is breached for one is told, else what is unknown.
    private static Judgement Graver(Judgement a, Judgement b) => a == default ? b : Judgement.Or(a, b);
}
