using NodaTime;

namespace SloRollback.Policies;

/// <summary>The factor and look-backs by which a condition dates the beginning of errors (SEMANTICS §5).</summary>
internal readonly record struct BurnWindows(decimal Above, Duration Long, Duration Short)
{
    /// <summary>The slow page's: what stands for a condition without factor or look-backs of its own.</summary>
    public static BurnWindows SlowPage => new(6, Duration.FromHours(6), Duration.FromMinutes(30));

    /// <summary>The windows of every leaf of a condition.</summary>
    public static IEnumerable<BurnWindows> Of(Condition condition) => condition switch
    {
        BurnRateCondition burn => [new(burn.Above, burn.Lookback, burn.Lookback)],
        MultiWindowBurnRateCondition burn => [new(burn.Above, burn.Long, burn.Short)],
        AllCondition all => all.Conditions.SelectMany(Of),
        AnyCondition any => any.Conditions.SelectMany(Of),
        _ => [SlowPage],
    };

    /// <summary>The windows of the leaves that are breached.</summary>
    public static IEnumerable<BurnWindows> OfBreached(ConditionResult result) =>
        result.Verdict != Verdict.Breached ? []
        : result.Parts.IsEmpty ? Of(result.Condition)
        : result.Parts.SelectMany(OfBreached);

    /// <summary>Of several the longest look-backs and the smallest factor count.</summary>
    public static BurnWindows Widest(IEnumerable<BurnWindows> windows) => windows.Aggregate((a, b) =>
        new BurnWindows(Math.Min(a.Above, b.Above), Duration.Max(a.Long, b.Long), Duration.Max(a.Short, b.Short)));
}
