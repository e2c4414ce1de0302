using System.Collections.Immutable;
using SloRollback.Deployments;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Policies;
using SloRollback.Rollbacks;

namespace SloRollback.Evaluation;

/// <summary>
/// When an episode is decided on: at its onset, and anew at every evaluation while it is open, its answer was to hold, and one long
/// look-back has not passed since the onset (SEMANTICS §7).
/// </summary>
internal static class Decisions
{
    public static void Take(EngineState state, ObjectiveState objective, EngineInput input, OutputBuilder output)
    {
        foreach (var rule in objective.Rules)
        {
            if (rule.Rule.Rollback is not { } action)
                continue;

            foreach (var open in rule.Open.Values)
            {
                var isDue = open.Decision is null
                    || (open.Decision.Kind == DecisionKind.Hold && input.Now - open.Episode.Onset <= open.Episode.LongLookback)
                    || (open.Decision is { Kind: DecisionKind.AwaitApproval, Suspect: { } suspect } && input.Approvals.Contains(RollbackId.Of(suspect.Id)));
                if (isDue)
                    Take(state, objective, rule, action, open, input, output);
            }
        }
    }

    /// <summary>Everything that a decision about an episode rests on.</summary>
    private static DecisionInput Input(
        EngineState state, ObjectiveState objective, RuleState rule, RollbackAction action, EpisodeState open, EngineInput input)
    {
        var history = input.Histories.GetValueOrDefault(action.Target, TargetHistory.None);
        var deployment = history.Deployments.FirstOrDefault(d => d.Id == open.Episode.Deployment);
        var isBlind = !objective.Outcome.IsRead || objective.Counts.Next <= EngineState.Newest(objective, input.Now);
        var result = isBlind || deployment is null
            ? new ConditionResult { Condition = rule.Rule.When, Reason = isBlind ? UnknownReason.SourceUnreadable : UnknownReason.HistoryUnavailable }
            : rule.Condition.Explain(RuleEvaluation.Subject(objective, rule, deployment));

        // What a deployment looked like is fixed when it is first known; one that is reported late is judged as if known from its start.
        var facts = open.Episode.Facts;
        foreach (var known in history.Deployments)
        {
            if (action.Window.Contains(known, open.Episode.Onset, state.Settings.MaximumRolloutAge) && facts.All(f => f.Deployment != known.Id))
                facts = facts.Add(PolicyEvaluator.Facts(open.Episode, known, objective.Counts));
        }

        open.Episode = open.Episode with { Facts = facts };
        return new DecisionInput
        {
            EvaluatedAt = input.Now,
            Key = rule.Key,
            Rule = rule.Rule,
            Action = action,
            Target = objective.Objective.Target,
            Period = objective.Objective.Period,
            Indicator = objective.Objective.Indicator,
            Budgeting = objective.Objective.Budgeting,
            Slices = objective.Objective.Slices,
            Settings = state.Settings,
            Episode = open.Episode,
            Condition = result,
            Budget = objective.Counts.Budget(),
            ShareOfComposite = ShareOfComposite(objective, deployment, open.Episode),
            Deployments = history.Deployments,
            Revisions = rule.Ledger.Of(history.Deployments),
            Guards = input.Guards,
            Blind = objective.IsClockSkewed ? UnknownReason.ClockSkew
                : objective.IsForeignTo(action.Target) ? UnknownReason.SeriesFromElsewhere
                : history.Blind,
        };
    }

    // For a composite on "all members" slices count: a target's are those of its worst member, and two that were bad in the same
    // slices spent half each.
    private static double? ShareOfComposite(ObjectiveState objective, Deployment? deployment, Episode episode)
    {
        if (!objective.IsComposite || deployment is null)
            return null;

        var began = StepGrid.IndexOf(episode.ErrorsBegan, objective.Terms.Step);
        if (objective.Counts is CompositeCounts composite)
            return composite.ShareOf(composite.Mark(deployment), began);

        var since = Math.Max(began, objective.Counts.Mark(deployment).Since.Step);
        var targets = objective.Members.GroupBy(m => m.Service.Target ?? (object)m).ToDictionary(t => t.Key, t => t.ToList());
        var all = targets.Values.Sum(members => members.Max(m => m.Counts.Between(began, objective.Counts.Next).Bad));
        var own = targets[deployment.Target].Max(m => m.Counts.Between(since, objective.Counts.Next).Bad);
        return all > 0 ? own / all : 0;
    }

    private static void Take(
        EngineState state, ObjectiveState objective, RuleState rule, RollbackAction action, EpisodeState open, EngineInput input, OutputBuilder output)
    {
        var facts = Input(state, objective, rule, action, open, input);
        var decision = RollbackDecider.Decide(facts);
        if (decision.Holds.Contains(HoldReason.BreachPredatesDeployment))
            open.Episode = open.Episode with { IsPredated = true };
        output.Decided(new DecisionTaken(facts, decision, open.Decision));
        open.Decision = rule.LastDecision = decision;
    }

    /// <summary>
    /// Notes the revisions that episodes were attributed to, for every rule on their target: what one objective blames is good for
    /// none. After all decisions, so that none depends on the order of the objectives.
    /// </summary>
    public static void Attribute(EngineState state, OutputBuilder output)
    {
        foreach (var (input, decision, _) in output.Decisions)
        {
            if (decision.Suspect is not { } suspect || !IsAttributed(decision.Holds))
                continue;

            foreach (var rule in state.Objectives.SelectMany(o => o.Rules).Where(r => r.Rule.Rollback?.Target == input.Action.Target))
                rule.Ledger.Attribute(suspect.Revision.Id);
        }
    }

    private static bool IsAttributed(ImmutableArray<HoldReason> holds) => !holds.Any(h => h
        is HoldReason.Unknown or HoldReason.BreachPredatesDeployment or HoldReason.NotAttributed or HoldReason.TooFewEvents or HoldReason.Recovered);
}
