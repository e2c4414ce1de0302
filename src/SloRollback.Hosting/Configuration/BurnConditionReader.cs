using System.Globalization;
using NodaTime;
using SloRollback.Policies;

namespace SloRollback.Hosting.Configuration;

/// <summary>Reads the burn-rate conditions, and checks look-backs against the grid and the period and factors against the target.</summary>
internal sealed class BurnConditionReader(ObjectiveScope scope)
{
    private Duration? Step => scope.Context.Step;

    public BurnRateCondition? ReadBurnRate(ConfigurationNode node)
    {
        if (!node.CheckKeys(KnownKeys.BurnRate))
            return null;

        var lookback = ReadLookback(node, "Lookback", "\"1h\"");
        var above = ReadFactor(node);
        var since = ReadSinceDeployment(node);
        if (lookback is null || above is null || since is null)
            return null;

        return new BurnRateCondition { Lookback = lookback.Value, Above = above.Value, SinceDeployment = since.Value };
    }

    public MultiWindowBurnRateCondition? ReadMultiWindow(ConfigurationNode node)
    {
        if (!node.CheckKeys(KnownKeys.MultiWindowBurnRate))
            return null;

        var longer = ReadLookback(node, "Long", "\"1h\"");
        var shorter = ReadLookback(node, "Short", "\"5m\"");
        var above = ReadFactor(node);
        var since = ReadSinceDeployment(node);
        if (shorter >= longer)
        {
            node.Fault("Short", $"{HumanDuration.Format(shorter.Value)} is not shorter than Long, {HumanDuration.Format(longer.Value)}");
            return null;
        }

        if (longer is null || shorter is null || above is null || since is null)
            return null;

        return new MultiWindowBurnRateCondition
        {
            Long = longer.Value,
            Short = shorter.Value,
            Above = above.Value,
            SinceDeployment = since.Value,
        };
    }

    /// <summary>Reads a share of the budget, written as <c>"1%"</c> for short or with the key <c>Above</c>.</summary>
    public BudgetConsumedSinceDeploymentCondition? ReadBudgetConsumed(ConfigurationNode node)
    {
        decimal? above;
        if (node.IsObject())
        {
            node.CheckKeys(KnownKeys.BudgetConsumedSinceDeployment);
            above = CheckFactor(node.Required<decimal>("Above", Percentage.TryParse, "\"1%\""), node.PathOf("Above"), Percentage.Format);
        }
        else if (node.Children.IsEmpty)
        {
            above = CheckFactor(node.Itself<decimal>(Percentage.TryParse), node.Path, Percentage.Format);
        }
        else
        {
            return null;
        }

        return above is null ? null : new BudgetConsumedSinceDeploymentCondition { Above = above.Value };
    }

    /// <summary>Reports look-backs of a built-in condition that this host's steps do not divide.</summary>
    public bool FitsGrid(Condition condition, string name, string path)
    {
        var faults = Lookbacks(condition)
            .Select(lookback => (lookback, fault: GridFault(lookback)))
            .Where(l => l.fault is not null)
            .OrderBy(l => l.lookback)
            .Take(1)
            .ToList();
        foreach (var (lookback, fault) in faults)
        {
            var written = HumanDuration.Format(lookback);
            scope.Context.Log.Fault(path, $"the built-in \"{name}\" looks back {written}, which {fault}; write a condition");
        }

        return faults.Count == 0;
    }

    private Duration? ReadLookback(ConfigurationNode node, string key, string example)
    {
        if (node.Required<Duration>(key, HumanDuration.TryParse, example) is not { } lookback)
            return null;

        var fault = lookback <= Duration.Zero ? "is no look-back" : GridFault(lookback) ?? PeriodFault(lookback);
        if (fault is null)
            return lookback;

        node.Fault(key, $"{HumanDuration.Format(lookback)} {fault}");
        return null;
    }

    private string? PeriodFault(Duration lookback) =>
        lookback > scope.Period ? $"is longer than the period, {HumanDuration.Format(scope.Period.Value)}" : null;

    private string? GridFault(Duration lookback)
    {
        if (Step is not { } step)
            return null;
        if (lookback < step)
            return $"is shorter than one step, {HumanDuration.Format(step)}";
        return HumanDuration.Nanoseconds(lookback) % HumanDuration.Nanoseconds(step) == 0
            ? null
            : $"is not a whole number of steps of {HumanDuration.Format(step)}";
    }

    private decimal? ReadFactor(ConfigurationNode node) =>
        CheckFactor(
            node.Required<decimal>("Above", Number.TryParseFactor, "14.4"),
            node.PathOf("Above"),
            factor => factor.ToString(CultureInfo.InvariantCulture));

    /// <summary>
    /// Checks a burn rate, or a multiple of the budget: neither can exceed that of a total outage, <c>1 / (1 - target)</c>.
    /// </summary>
    private decimal? CheckFactor(decimal? above, string path, Func<decimal, string> format)
    {
        // Divided, not multiplied: the product of a large factor would overflow.
        var highest = scope.Target is { } target ? 1 / target.ErrorBudgetFraction : (decimal?)null;
        var fault = above <= 0 ? "is not above 0"
            : above >= highest ? $"can never be exceeded: at {scope.Target} a total outage comes to {Rounded(highest.Value, format)}"
            : null;
        if (above is null || fault is null)
            return above;

        scope.Context.Log.Fault(path, $"{format(above.Value)} {fault}");
        return null;
    }

    private static string Rounded(decimal highest, Func<decimal, string> format) => format(Math.Round(highest, 4) / 1.0000m);

    private static bool? ReadSinceDeployment(ConfigurationNode node) =>
        node.Value<bool>("SinceDeployment", Number.TryParseFlag, false);

    private static IEnumerable<Duration> Lookbacks(Condition condition) => condition switch
    {
        AnyCondition any => any.Conditions.SelectMany(Lookbacks),
        MultiWindowBurnRateCondition burn => [burn.Long, burn.Short],
        _ => [],
    };
}
