using System.Collections.Immutable;
using NodaTime;
using SloRollback.Objectives;

namespace SloRollback.Policies;

/// <summary>
/// The built-in pairs of look-backs as data (Google SRE Workbook, ch. 5, table 5-8): <c>page</c> 1 h / 5 min spends 2 % of a 30-day
/// budget, 6 h / 30 min 5 %; <c>ticket</c> 1 d / 2 h and 3 d / 6 h 10 % each. The factor is share × period / long.
/// </summary>
internal static class BurnRatePairs
{
    private static readonly Duration ReferencePeriod = Duration.FromDays(30);
    private static readonly Duration ShortestScaled = Duration.FromDays(28);

    private static readonly ImmutableDictionary<string, ImmutableArray<Pair>> Sets =
        ImmutableDictionary.CreateRange<string, ImmutableArray<Pair>>(StringComparer.Ordinal,
        [
            new("page", [new(Duration.FromHours(1), Duration.FromMinutes(5), 0.02m), new(Duration.FromHours(6), Duration.FromMinutes(30), 0.05m)]),
            new("ticket", [new(Duration.FromDays(1), Duration.FromHours(2), 0.10m), new(Duration.FromDays(3), Duration.FromHours(6), 0.10m)]),
        ]);

    /// <summary>The names of the built-in sets.</summary>
    public static ImmutableArray<string> Names { get; } = ["page", "ticket"];

    /// <summary>
    /// The condition of a built-in set for an objective: any of its pairs. At 28 days and more the factor follows the period; below,
    /// the factors of 30 days stay and the shares grow. Pairs that would spend more than the whole budget, or that could never
    /// fire since their factor is not below <c>1 / (1 - target)</c>, drop out.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="target">The objective's target.</param>
    /// <param name="period">The length of the objective's period.</param>
    /// <param name="sinceDeployment">Count only bad events since the deployment.</param>
    /// <returns>The condition, or <see langword="null"/> when no pair is left.</returns>
    /// <exception cref="ArgumentException">Not one of <see cref="Names"/>.</exception>
    public static Condition? Create(string name, ObjectiveTarget target, Duration period, bool sinceDeployment)
    {
        if (!Sets.TryGetValue(name, out var pairs))
            throw new ArgumentException($"\"{name}\" is not a built-in set; known: {string.Join(", ", Names)}", nameof(name));

        var scaled = period < ShortestScaled ? ReferencePeriod : period;
        ImmutableArray<Condition> usable =
        [
            .. pairs
                .Select(pair => (pair, factor: pair.Share * Seconds(scaled) / Seconds(pair.Long)))
                .Where(p => p.factor * Seconds(p.pair.Long) <= Seconds(period) && p.factor * target.ErrorBudgetFraction < 1)
                .Select(p => new MultiWindowBurnRateCondition
                {
                    Long = p.pair.Long, Short = p.pair.Short, Above = p.factor, SinceDeployment = sinceDeployment,
                }),
        ];
        return usable.Length switch { 0 => null, 1 => usable[0], _ => new AnyCondition { Conditions = usable } };
    }

    private static decimal Seconds(Duration duration) => (decimal)duration.TotalSeconds;

    private readonly record struct Pair(Duration Long, Duration Short, decimal Share);
}
