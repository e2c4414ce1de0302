using NodaTime;
using SloRollback.Policies;

namespace SloRollback.Hosting.Configuration;

/// <summary>Reads look-backs: whole steps of the objective's grid, and not longer than its period.</summary>
internal static class LookbackReader
{
    /// <summary>The look-back; <see langword="null"/> when it is reported as wrong.</summary>
    public static Duration? Read(ConfigurationNode node, string key, string example, ObjectiveScope scope)
    {
        if (node.Required<Duration>(key, HumanDuration.TryParse, example) is not { } lookback)
            return null;

        var fault = lookback <= Duration.Zero ? "is no look-back" : scope.GridFault(lookback) ?? PeriodFault(lookback, scope);
        if (fault is null)
            return lookback;

        node.Fault(key, $"{HumanDuration.Format(lookback)} {fault}");
        return null;
    }

    /// <summary>Reports look-backs of a built-in condition that the objective's steps do not divide.</summary>
    public static bool FitsGrid(Condition condition, string name, string path, ObjectiveScope scope)
    {
        var unfit = Lookbacks(condition)
            .Select(lookback => (lookback, fault: scope.GridFault(lookback)))
            .Where(l => l.fault is not null)
            .OrderBy(l => l.lookback)
            .Take(1)
            .ToList();
        foreach (var (lookback, fault) in unfit)
        {
            var written = HumanDuration.Format(lookback);
            scope.Context.Log.Fault(path, $"the built-in \"{name}\" looks back {written}, which {fault}; write a condition");
        }

        return unfit.Count == 0;
    }

    private static string? PeriodFault(Duration lookback, ObjectiveScope scope) =>
        lookback > scope.PeriodLength ? $"is longer than the period, {PeriodLengths.Describe(scope.Period!)}" : null;

    private static IEnumerable<Duration> Lookbacks(Condition condition) => condition switch
    {
        AnyCondition any => any.Conditions.SelectMany(Lookbacks),
        MultiWindowBurnRateCondition burn => [burn.Long, burn.Short],
        _ => [],
    };
}
