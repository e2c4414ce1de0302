using System.Collections.Immutable;
using System.Globalization;
using SloRollback.Policies;

namespace SloRollback.Hosting.Configuration;

/// <summary>Writes a condition as <see cref="ConditionReader"/> reads it.</summary>
internal static class ConditionWriter
{
    public static void Write(KeyWriter at, Condition condition)
    {
        switch (condition)
        {
            case BurnRateCondition burn:
                at = at.At("BurnRate");
                at.Set("Lookback", HumanDuration.Format(burn.Lookback));
                at.Set("Above", burn.Above);
                at.Set("SinceDeployment", burn.SinceDeployment);
                break;
            case MultiWindowBurnRateCondition burn:
                at = at.At("MultiWindowBurnRate");
                at.Set("Long", HumanDuration.Format(burn.Long));
                at.Set("Short", HumanDuration.Format(burn.Short));
                at.Set("Above", burn.Above);
                at.Set("SinceDeployment", burn.SinceDeployment);
                break;
            case BudgetConsumedSinceDeploymentCondition budget:
                at.Set("BudgetConsumedSinceDeployment", Percentage.Format(budget.Above));
                break;
            case BudgetRemainingCondition budget:
                at.Set("BudgetRemaining", new BudgetAmount(budget.Below, budget.Unit).ToString());
                break;
            case BudgetConsumedCondition budget:
                at = at.At("BudgetConsumed");
                at.Set("Lookback", HumanDuration.Format(budget.Lookback));
                at.Set("Above", Percentage.Format(budget.Above));
                break;
            case SliBelowCondition sli:
                at = at.At("SliBelow");
                at.Set("Value", Percentage.Format(sli.Value));
                at.Set("Lookback", HumanDuration.Format(sli.Lookback));
                break;
            case TrafficLostCondition lost:
                at.Set("TrafficLost", Percentage.Format(lost.BelowShare));
                break;
            case ForCondition held:
                at = at.At("For");
                at.Set("Duration", HumanDuration.Format(held.Duration));
                Write(at, held.Condition);
                break;
            case AllCondition all:
                WriteParts(at.At("All"), all.Conditions);
                break;
            case AnyCondition any:
                WriteParts(at.At("Any"), any.Conditions);
                break;
            default:
                throw new ArgumentException($"{condition.GetType().Name} cannot be written as configuration.", nameof(condition));
        }
    }

    // Numbered keys are read in the order of their numbers.
    private static void WriteParts(KeyWriter at, ImmutableArray<Condition> parts)
    {
        for (var i = 0; !parts.IsDefault && i < parts.Length; i++)
            Write(at.At(i.ToString(CultureInfo.InvariantCulture)), parts[i]);
    }
}
