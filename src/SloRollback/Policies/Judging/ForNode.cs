using SloRollback.Objectives;

namespace SloRollback.Policies.Judging;

internal sealed class ForNode(ForCondition condition, ConditionNode part, int clock, ObjectiveTerms terms) : ConditionNode(condition)
{
    // Rounded up: it has not been breached for the duration before that has passed.
    private readonly long steps = Math.Max(1, (long)Math.Ceiling(condition.Duration / terms.Step));

    public override Judgement Judge(in EvaluatedObjective objective)
    {
        var judgement = part.Judge(objective);
        var elapsed = objective.Clocks!.Advance(clock, objective.Counts.Next, judgement.Verdict);
        return judgement.Verdict == Verdict.Breached && elapsed < steps ? Judgement.NotBreached : judgement;
    }

    protected override ConditionResult Describe(in EvaluatedObjective objective, ConditionResult result)
    {
        var judged = part.Explain(objective);
        var elapsed = objective.Clocks!.Advance(clock, objective.Counts.Next, judged.Verdict);
        return result with { Parts = [judged], HeldFor = elapsed < 0 ? null : objective.Counts.Terms.Step * elapsed };
    }
}
