using NodaTime;
using SloRollback.Budgets;
using SloRollback.Objectives;

namespace SloRollback.Policies;

/// <summary>The factor and look-backs by which a condition dates the beginning of errors (SEMANTICS §5).</summary>
internal readonly record struct BurnWindows(decimal Above, Duration Long, Duration Short)
{
    /// <summary>The slow page's: what stands for a condition without factor or look-backs of its own.</summary>
    public static BurnWindows SlowPage => new(6, Duration.FromHours(6), Duration.FromMinutes(30));

    /// <summary>The ratio of bad to valid events above which errors run: <c>above × (1 - target)</c>.</summary>
    public ExactFactor Limit(ObjectiveTarget target) => new(Above * target.ErrorBudgetFraction);

    /// <summary>The windows of every leaf of a condition.</summary>
    public static IEnumerable<BurnWindows> Of(Condition condition, ObjectiveTarget target) => condition switch
    {
        BurnRateCondition burn => [new(burn.Above, burn.Lookback, burn.Lookback)],
        MultiWindowBurnRateCondition burn => [new(burn.Above, burn.Long, burn.Short)],
        SliBelowCondition sli => [new((1 - sli.Value) / target.ErrorBudgetFraction, sli.Lookback, sli.Lookback)],
        AllCondition all => all.Conditions.SelectMany(part => Of(part, target)),
        AnyCondition any => any.Conditions.SelectMany(part => Of(part, target)),
        ForCondition held => Of(held.Condition, target),
        _ => [SlowPage],
    };

    /// <summary>The windows of the leaves that are breached.</summary>
    public static IEnumerable<BurnWindows> OfBreached(ConditionResult result, ObjectiveTarget target) =>
        result.Verdict != Verdict.Breached ? []
        : result.Parts.IsEmpty ? Of(result.Condition, target)
        : result.Parts.SelectMany(part => OfBreached(part, target));

    /// <summary>Of several the longest look-backs and the smallest factor count.</summary>
    public static BurnWindows Widest(IEnumerable<BurnWindows> windows) => windows.Aggregate((a, b) =>
        new BurnWindows(Math.Min(a.Above, b.Above), Duration.Max(a.Long, b.Long), Duration.Max(a.Short, b.Short)));
}
