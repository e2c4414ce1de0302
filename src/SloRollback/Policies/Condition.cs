using System.Text.Json.Serialization;

namespace SloRollback.Policies;

/// <summary>
/// A condition on an objective's state, judged once per step as breached, not breached or unknown (SEMANTICS §5). The kinds are the
/// sealed records that derive from it.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(BurnRateCondition), "burnRate")]
[JsonDerivedType(typeof(MultiWindowBurnRateCondition), "multiWindowBurnRate")]
[JsonDerivedType(typeof(BudgetConsumedSinceDeploymentCondition), "budgetConsumedSinceDeployment")]
[JsonDerivedType(typeof(BudgetRemainingCondition), "budgetRemaining")]
[JsonDerivedType(typeof(BudgetConsumedCondition), "budgetConsumed")]
[JsonDerivedType(typeof(SliBelowCondition), "sliBelow")]
[JsonDerivedType(typeof(TrafficLostCondition), "trafficLost")]
[JsonDerivedType(typeof(ForCondition), "for")]
[JsonDerivedType(typeof(AllCondition), "all")]
[JsonDerivedType(typeof(AnyCondition), "any")]
public abstract record Condition
{
    private protected Condition()
    {
    }
}
