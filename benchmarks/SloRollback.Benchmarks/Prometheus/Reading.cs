using SloRollback.Prometheus;

namespace SloRollback.Benchmarks.Prometheus;

/// <summary>A way in which our source reads, and what it is held to.</summary>
/// <param name="Name">Its name in the tables.</param>
/// <param name="SharedBar">How many times less CPU than the rules, where objectives share a metric.</param>
/// <param name="AccuracyBar">How far its counts may be from the growth in the samples: 0 is equal.</param>
/// <param name="Configure">Chooses it.</param>
internal sealed record Reading(string Name, double SharedBar, double AccuracyBar, Action<PrometheusOptions> Configure)
{
    /// <summary>The bar where each objective has a metric of its own.</summary>
    public const double OwnBar = 15;

    /// <summary>The ways that are measured.</summary>
    public static IReadOnlyList<Reading> All { get; } =
    [
        new("raw", 100, 0, options => options.Reading = PrometheusReading.Raw),
        new("aggregated", 25, 0.0005, options => options.Reading = PrometheusReading.Aggregated),
    ];
}
