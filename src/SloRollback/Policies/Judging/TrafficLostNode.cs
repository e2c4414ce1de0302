using SloRollback.Indicators;

namespace SloRollback.Policies.Judging;

internal sealed class TrafficLostNode(TrafficLostCondition condition) : ConditionNode(condition)
{
    private readonly double share = (double)condition.BelowShare;

    public override Judgement Judge(in EvaluatedObjective objective)
    {
        if (objective.Deployment is not { } deployment)
            return Judgement.NotBreached;
        if (IsBlind(objective))
            return Judgement.Unknown(UnknownReason.NewestStepUnmeasured);

        var judgement = TrafficLoss.Find(objective.Counts, deployment, share).Judgement;
        if (judgement.Verdict != Verdict.Breached || objective.Peers is null)
            return judgement;

        // What others lost too is no fault of this deployment.
        foreach (var peer in objective.Peers)
        {
            if (TrafficLoss.Find(peer, deployment, share).Judgement.Verdict == Verdict.Breached)
                return Judgement.NotBreached;
        }

        return judgement;
    }

    protected override ConditionResult Describe(in EvaluatedObjective objective, ConditionResult result)
    {
        if (objective.Deployment is not { EndedAt: { } ended } deployment)
            return result;

        var step = objective.Counts.Terms.Step;
        var found = TrafficLoss.Find(objective.Counts, deployment, share);
        return result with
        {
            ObservedValid = found.Observed,
            ExpectedValid = found.Expected,
            ErrorsBegan = result.Verdict == Verdict.Breached ? StepGrid.StartOf(StepGrid.IndexAtOrAfter(ended, step), step) : null,
        };
    }
}
