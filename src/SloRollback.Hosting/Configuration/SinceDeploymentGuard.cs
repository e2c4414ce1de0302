using Microsoft.Extensions.Logging;
using SloRollback.Policies;

namespace SloRollback.Hosting.Configuration;

/// <summary>
/// A rollback must rest on what the deployment did: a condition without any part that counts from the deployment is joined with
/// one that does (SEMANTICS §5).
/// </summary>
internal static class SinceDeploymentGuard
{
    private static readonly BudgetConsumedSinceDeploymentCondition Guard = new() { Above = 0.01m };

    public static Condition Apply(Condition condition, ConfigurationNode when)
    {
        if (HasPart(condition))
            return condition;

        when.Log.Notice(
            LogLevel.Warning,
            when.Path,
            "counts errors from before the deployment too; a rollback needs \"BudgetConsumedSinceDeployment\": "
                + $"\"{Percentage.Format(Guard.Above)}\" besides, which is added");
        return new AllCondition { Conditions = [condition, Guard] };
    }

    /// <summary>Says so when a rule that only notifies counts since a deployment, of which it knows none.</summary>
    public static void Warn(Condition condition, ConfigurationNode when)
    {
        if (Conditions.Of(condition).Any(part => part is BudgetConsumedSinceDeploymentCondition))
        {
            when.Log.Notice(
                LogLevel.Warning,
                when.Path,
                "counts since a deployment, and a rule that only notifies is about none: \"BudgetConsumedSinceDeployment\" is never breached there");
        }
    }

    private static bool HasPart(Condition condition) => condition switch
    {
        AllCondition all => all.Conditions.Any(HasPart),
        AnyCondition any => any.Conditions.Any(HasPart),
        BurnRateCondition burn => burn.SinceDeployment,
        MultiWindowBurnRateCondition burn => burn.SinceDeployment,
        BudgetConsumedSinceDeploymentCondition or TrafficLostCondition => true,
        ForCondition held => HasPart(held.Condition),
        _ => false,
    };
}
