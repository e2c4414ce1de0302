using System.Globalization;
using NodaTime;
using SloRollback.Policies;

namespace SloRollback.Hosting.Configuration;

/// <summary>Reads the conditions on the period's error budget: what is left, and what was burned.</summary>
internal static class BudgetConditionReader
{
    /// <summary>A share of the budget, time of complete failure, or events: <c>25%</c>, <c>20m</c>, <c>500 events</c>.</summary>
    public static BudgetRemainingCondition? ReadRemaining(ConfigurationNode node, ObjectiveScope scope)
    {
        if (!node.Children.IsEmpty)
        {
            node.Fault($"takes a single value; examples: {BudgetAmount.Examples}");
            return null;
        }

        if (node.Itself<BudgetAmount>(BudgetAmount.TryParse) is not { } amount)
            return null;

        if (FaultOf(amount, scope) is not { } fault)
            return new BudgetRemainingCondition { Below = amount.Number, Unit = amount.Unit };

        node.Fault($"\"{node.Text}\" {fault}");
        return null;
    }

    public static BudgetConsumedCondition? ReadConsumed(ConfigurationNode node, ObjectiveScope scope)
    {
        if (!node.CheckKeys(KnownKeys.BudgetConsumed))
            return null;

        var lookback = LookbackReader.Read(node, "Lookback", "\"1h\"", scope);
        var above = Factor.ReadAboveShare(node, scope, "\"5%\"");
        return lookback is null || above is null ? null : new BudgetConsumedCondition { Lookback = lookback.Value, Above = above.Value };
    }

    /// <summary>Reads a share of the budget, written as <c>"1%"</c> for short or with the key <c>Above</c>.</summary>
    public static BudgetConsumedSinceDeploymentCondition? ReadConsumedSinceDeployment(ConfigurationNode node, ObjectiveScope scope)
    {
        decimal? above = null;
        if (node.IsObject())
        {
            node.CheckKeys(KnownKeys.BudgetConsumedSinceDeployment);
            above = Factor.ReadAboveShare(node, scope, "\"1%\"");
        }
        else if (node.Children.IsEmpty)
        {
            above = Factor.CheckShare(node.Itself<decimal>(Percentage.TryParse), node.Path, scope);
        }

        return above is null ? null : new BudgetConsumedSinceDeploymentCondition { Above = above.Value };
    }

    // What always holds is as useless as what never does.
    private static string? FaultOf(BudgetAmount amount, ObjectiveScope scope)
    {
        if (amount.Unit == BudgetUnit.Share && amount.Number > 1)
            return "is more than the whole budget; example: 25%";
        if (amount.IsSlices && !scope.IsSliced)
            return string.Create(CultureInfo.InvariantCulture, $"counts slices, and the objective counts events; example: {amount.Number} events");
        if (amount.Unit != BudgetUnit.Minutes || scope.Target is not { } target || scope.Period is not { } period)
            return null;

        var whole = target.ErrorBudgetFraction * HumanDuration.Nanoseconds(period.LongestLength);
        if (amount.Number * HumanDuration.Nanoseconds(Duration.FromMinutes(1)) <= whole)
            return null;

        var written = HumanFormat.Length(Duration.FromNanoseconds((double)whole));
        return $"is more than the whole budget, {written} of complete failure at {target}";
    }
}
