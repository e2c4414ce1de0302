using System.Collections.Immutable;

namespace SloRollback.Policies.Judging;

/// <summary>Kleene's or. Every part is judged, whatever the others say: their clocks go on.</summary>
internal sealed class AnyNode(AnyCondition condition, ImmutableArray<ConditionNode> parts) : ConditionNode(condition)
{
    public override Judgement Judge(in EvaluatedObjective objective)
    {
        var judgement = Judgement.NotBreached;
        foreach (var part in parts) judgement = Judgement.Or(judgement, part.Judge(objective));
        return judgement;
    }

    protected override ConditionResult Describe(in EvaluatedObjective objective, ConditionResult result)
    {
        var judged = objective;
        return result with { Parts = [.. parts.Select(part => part.Explain(judged))] };
    }
}
