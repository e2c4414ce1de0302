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
