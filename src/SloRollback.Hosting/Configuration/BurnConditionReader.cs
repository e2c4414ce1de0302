using SloRollback.Policies;

namespace SloRollback.Hosting.Configuration;

/// <summary>Reads the conditions on the ratio of bad to valid events in look-backs: burn rates and the service level.</summary>
internal static class BurnConditionReader
{
    public static BurnRateCondition? ReadBurnRate(ConfigurationNode node, ObjectiveScope scope)
    {
        if (!node.CheckKeys(KnownKeys.BurnRate))
            return null;

        var lookback = LookbackReader.Read(node, "Lookback", "\"1h\"", scope);
        var above = Factor.ReadAbove(node, scope);
        var since = ReadSinceDeployment(node);
        if (lookback is null || above is null || since is null)
            return null;

        return new BurnRateCondition { Lookback = lookback.Value, Above = above.Value, SinceDeployment = since.Value };
    }

    public static MultiWindowBurnRateCondition? ReadMultiWindow(ConfigurationNode node, ObjectiveScope scope)
    {
        if (!node.CheckKeys(KnownKeys.MultiWindowBurnRate))
            return null;

        var longer = LookbackReader.Read(node, "Long", "\"1h\"", scope);
        var shorter = LookbackReader.Read(node, "Short", "\"5m\"", scope);
        var above = Factor.ReadAbove(node, scope);
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

    public static SliBelowCondition? ReadSliBelow(ConfigurationNode node, ObjectiveScope scope)
    {
        if (!node.CheckKeys(KnownKeys.SliBelow))
            return null;

        var value = node.Required<decimal>("Value", Percentage.TryParse, "\"99%\"");
        var lookback = LookbackReader.Read(node, "Lookback", "\"1h\"", scope);
        if (value is <= 0 or >= 1)
        {
            node.Fault("Value", $"{Percentage.Format(value.Value)} is outside its range, above 0% and below 100%");
            return null;
        }

        return value is null || lookback is null ? null : new SliBelowCondition { Value = value.Value, Lookback = lookback.Value };
    }

    private static bool? ReadSinceDeployment(ConfigurationNode node) =>
        node.Value<bool>("SinceDeployment", Number.TryParseFlag, false);
}
