using SloRollback.Policies;

namespace SloRollback.Hosting.Configuration;

/// <summary>Reads the condition that traffic stayed away: with its default share, with a share for short, or with the key.</summary>
internal static class TrafficConditionReader
{
    private static readonly TrafficLostCondition Default = new();

    public static TrafficLostCondition? Read(ConfigurationNode node, ObjectiveScope scope, bool isRollback)
    {
        var unfit = scope.IsComposite
            ? "is about the events of one service, and a composite has its members'; give their rules the condition"
            : scope.IsSliced ? "is about events, and this objective counts slices; give one that counts events the condition"
            : !isRollback ? "counts from a deployment on; it needs a rule with \"Rollback\""
            : null;
        if (unfit is not null)
            node.Fault(unfit);

        return ReadShare(node) is { } share && unfit is null ? new TrafficLostCondition { BelowShare = share } : null;
    }

    private static decimal? ReadShare(ConfigurationNode node)
    {
        decimal? share;
        var path = node.Path;
        if (node.IsObject())
        {
            node.CheckKeys(KnownKeys.TrafficLost);
            share = node.Value<decimal>("BelowShare", Percentage.TryParse, Default.BelowShare);
            path = node.PathOf("BelowShare");
        }
        else
        {
            share = node.Children.IsEmpty ? node.Itself<decimal>(Percentage.TryParse) : null;
        }

        if (share is null or (> 0 and < 1))
            return share;

        node.Log.Fault(path, $"{Percentage.Format(share.Value)} is outside its range, above 0% and below 100%");
        return null;
    }
}
