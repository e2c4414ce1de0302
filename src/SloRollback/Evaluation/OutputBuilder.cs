using System.Collections.Immutable;
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
        Status = new EngineStatus { EvaluatedAt = input.Now, Guards = input.Guards, Objectives = [.. state.Objectives.Select(Status)] },
        Decisions = [.. decisions],
        Episodes = [.. episodes],
        Verifications = input.Guards.Rollbacks
            .Where(r => r.State == RollbackState.Verifying)
            .ToImmutableDictionary(r => r.Id, r => Verifications.Of(state, r, input.Now)),
        Notifications = [.. notifications],
    };

    private static ObjectiveStatus Status(ObjectiveState objective)
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
            NewestStep = counts.NewestState,
            Unmeasured = objective.Outcome.Unmeasured,
            Detail = objective.Outcome.Detail,
            Sli = budget.Sli,
            Budget = budget,
            BurnRates = [.. objective.Lookbacks.Select(steps => WindowReading.Of(objective.Terms.Step * steps, counts.Last(steps), target, above: null))],
            History = [.. counts.Finished()],
            Rules = [.. objective.Rules.Select(rule => new RuleStatus
            {
                Key = rule.Key,
                Verdict = rule.Judgement.Verdict,
                Reason = rule.Judgement.Reason,
                Episodes = [.. rule.Open.Values.Select(e => e.Episode)],
                Decision = rule.LastDecision,
                EvidenceId = rule.EvidenceId,
            })],
        };
    }
}
