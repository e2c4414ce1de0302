using System.Collections.Immutable;
using System.Runtime.InteropServices;
using SloRollback.BackFilling;
using SloRollback.Deployments;
using SloRollback.Indicators;
using SloRollback.Notifications;
using SloRollback.Objectives;
using SloRollback.Policies;
using SloRollback.Rollbacks;

namespace SloRollback.Evaluation;

/// <summary>Collects what one evaluation yields.</summary>
internal sealed class OutputBuilder(EngineState state, EngineInput input)
{
    private readonly List<DecisionTaken> decisions = [];
    private readonly List<Episode> episodes = [];
    private readonly List<Notification> notifications = [];

    public IReadOnlyList<DecisionTaken> Decisions => decisions;

    public void Decided(DecisionTaken decision) => decisions.Add(decision);

    public void Changed(Episode episode) => episodes.Add(episode);

    public void Tell(NotificationKind kind, ObjectiveState objective, string text) => notifications.Add(new Notification
    {
        Key = $"{kind}|{objective.Key}|{input.Now}",
        Kind = kind,
        Service = objective.Key.Service,
        At = input.Now,
        Text = text,
    });

    /// <summary>Tells of quarantined content that somebody deployed again. It is held, never fought.</summary>
    public void NoticeRedeployed()
    {
        if (input.Guards.Rollbacks.IsEmpty)
            return;

        foreach (var objective in state.Objectives)
        {
            foreach (var target in objective.Rules.Select(r => r.Rule.Rollback?.Target).OfType<DeploymentTarget>().Distinct())
            {
                foreach (var deployment in input.Histories.GetValueOrDefault(target, TargetHistory.None).Deployments)
                {
                    var rollback = input.Guards.Rollbacks.FirstOrDefault(r => deployment.StartedAt > r.ExecutingAt
                        && Quarantine.Covers(r, target, deployment.Revision.Id, deployment.StartedAt, state.Settings.Quarantine));
                    if (rollback is not null && state.ToldRedeployed.Add(deployment.Id))
                        Tell(NotificationKind.QuarantinedRedeployed, objective, $"{target}: {deployment.Revision} was deployed again although rollback {rollback.Id} left it; it is not rolled back a second time.");
                }
            }
        }
    }

    public EngineOutput Build() => new()
    {
        Status = new EngineStatus { EvaluatedAt = input.Now, Guards = input.Guards, Objectives = [.. state.Objectives.Select(o => Status(o, state.IsBackFilling))] },
        Decisions = [.. decisions],
        Episodes = [.. episodes],
        Verifications = input.Guards.Rollbacks
            .Where(r => r.State == RollbackState.Verifying)
            .ToImmutableDictionary(r => r.Id, r => Verifications.Of(state, r, input.Now)),
        Notifications = [.. notifications],
    };

    private static ObjectiveStatus Status(ObjectiveState objective, bool isBackFilling)
    {
        var counts = objective.Counts;
        var target = objective.Objective.Target;
        var budget = counts.Budget();
        return new ObjectiveStatus
        {
            Key = objective.Key,
            Target = target,
            MeasuredUntil = counts.HasStarted ? StepGrid.StartOf(counts.Next, objective.Terms.Step) : null,
            MeasuredSince = counts.HasStarted ? StepGrid.StartOf(counts.First, objective.Terms.Step) : null,
            ApproximateBefore = BackFillReport.ApproximateBefore(objective),
            BackFill = isBackFilling ? BackFillReport.Status(objective) : null,
            NewestStep = counts.NewestState,
            Unmeasured = objective.Outcome.Unmeasured,
            Detail = objective.Outcome.Detail,
            Sli = budget.Sli,
            Budget = budget,
            BurnRates = BurnRates(objective),
            History = objective.History(),
            Rules = Rules(objective),
        };
    }

    private static ImmutableArray<WindowReading> BurnRates(ObjectiveState objective)
    {
        var readings = new WindowReading[objective.Lookbacks.Length];
        for (var i = 0; i < readings.Length; i++)
        {
            var steps = objective.Lookbacks[i];
            readings[i] = WindowReading.Of(objective.Terms.Step * steps, objective.Counts.Last(steps), objective.Terms.Target, above: null);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(readings);
    }

    private static ImmutableArray<RuleStatus> Rules(ObjectiveState objective)
    {
        var statuses = new RuleStatus[objective.Rules.Length];
        for (var i = 0; i < statuses.Length; i++)
        {
            var rule = objective.Rules[i];
            statuses[i] = new RuleStatus
            {
                Key = rule.Key,
                Verdict = rule.Judgement.Verdict,
                Reason = rule.Judgement.Reason,
                Episodes = rule.Open.Count == 0 ? [] : [.. rule.Open.Values.Select(e => e.Episode)],
                Decision = rule.LastDecision,
                EvidenceId = rule.EvidenceId,
            };
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(statuses);
    }
}
