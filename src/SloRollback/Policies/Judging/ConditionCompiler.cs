using SloRollback.Objectives;

namespace SloRollback.Policies.Judging;

/// <summary>Makes a rule's condition ready to be judged.</summary>
internal sealed class ConditionCompiler(PolicyRule rule, ObjectiveTerms terms)
{
    private int clocks;

    /// <summary>The rule's condition, and how many clocks its <c>For</c> parts need.</summary>
    public static (ConditionNode Node, int Clocks) Compile(PolicyRule rule, ObjectiveTerms terms)
    {
        var compiler = new ConditionCompiler(rule, terms);
        return (compiler.Compile(rule.When), compiler.clocks);
    }

    private ConditionNode Compile(Condition condition) => condition switch
    {
        BurnRateCondition burn => Ratio(burn, burn.SinceDeployment),
        MultiWindowBurnRateCondition burn => Ratio(burn, burn.SinceDeployment),
        SliBelowCondition sli => Ratio(sli, sinceDeployment: false),
        BudgetRemainingCondition remaining => new BudgetRemainingNode(remaining),
        BudgetConsumedCondition consumed => new BudgetConsumedNode(consumed, consumed.Above, terms.StepsIn(consumed.Lookback)),
        BudgetConsumedSinceDeploymentCondition consumed => new BudgetConsumedNode(consumed, consumed.Above, lookback: null),
        TrafficLostCondition lost => new TrafficLostNode(lost),
        AllCondition all => new AllNode(all, [.. all.Conditions.Select(Compile)]),
        AnyCondition any => new AnyNode(any, [.. any.Conditions.Select(Compile)]),
        ForCondition held => new ForNode(held, Compile(held.Condition), clocks++, terms),
        _ => throw new InvalidOperationException($"No evaluation for {condition.GetType().Name}"),
    };

    private RatioNode Ratio(Condition condition, bool sinceDeployment) =>
        new(condition, BurnWindows.Of(condition, terms.Target).Single(), sinceDeployment, rule, terms);
}
