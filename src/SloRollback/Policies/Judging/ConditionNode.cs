using SloRollback.Indicators;

namespace SloRollback.Policies.Judging;

/// <summary>
/// A condition made ready for one objective's terms: look-backs in steps, limits as factors of counts. Shared by all objectives
/// with the same terms; judging allocates nothing.
/// </summary>
internal abstract class ConditionNode(Condition condition)
{
    /// <summary>The condition that the node judges.</summary>
    public Condition Condition { get; } = condition;

    /// <summary>The verdict at the newest step. Asking again at the same step changes nothing.</summary>
    public abstract Judgement Judge(in EvaluatedObjective objective);

    /// <summary>The same verdict with its figures, for evidence and people.</summary>
    public ConditionResult Explain(in EvaluatedObjective objective)
    {
        var judgement = Judge(objective);
        return Describe(objective, new ConditionResult { Condition = Condition, Verdict = judgement.Verdict, Reason = judgement.Reason });
    }

    /// <summary>Adds the figures that the verdict rests on.</summary>
    protected abstract ConditionResult Describe(in EvaluatedObjective objective, ConditionResult result);

    /// <summary>Is the newest step no ground to judge on?</summary>
    protected static bool IsBlind(in EvaluatedObjective objective) =>
        objective.Counts.NewestState is StepState.Unmeasured or StepState.Inconsistent;
}
