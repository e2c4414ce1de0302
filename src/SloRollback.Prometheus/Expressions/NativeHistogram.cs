using System.Globalization;
using SloRollback.Prometheus.Counters;

namespace SloRollback.Prometheus.Expressions;

/// <summary>
/// Native histograms, read as two counters for each: the events at or under a bound, and all. A server can hand their buckets out only
/// whole, so that it is asked at short regular times for the count, the share under the bound, and the time of the sample they come
/// of. With the samples' own times all that holds of counters holds of them, and nothing is extrapolated. Plain selectors are all it takes:
/// 2.42 has no <c>last_over_time</c> of histograms.
/// </summary>
internal static class NativeHistogram
{
    private const string Part = "__slorollback_part__";
    private const long LongestInterval = 15_000;
    private const long ShortestInterval = 1_000;

    /// <summary>Has an answer where there are native histograms.</summary>
    public static string Sign(string selector) => $"count(histogram_count({selector}))";

    /// <summary>Count, events under the bound and time of each histogram's newest sample.</summary>
    public static string Expression(string selector, string bound) =>
        // From minus infinity: with a bound of 0 the lowest bucket would be taken for one that lies partly below 0.
        $"{Named("count", $"histogram_count({selector})")}"
            + $" or {Named("good", $"histogram_fraction(-Inf,{bound},{selector})*histogram_count({selector})")}"
            + $" or {Named("time", $"timestamp({selector})")}";

    /// <summary>The time between two evaluations: no longer than common scrape intervals, and a whole part of the step.</summary>
    public static long Interval(long step)
    {
        for (var parts = (step + LongestInterval - 1) / LongestInterval; step / parts >= ShortestInterval; parts++)
        {
            if (step % parts == 0)
                return step / parts;
        }

        return step;
    }

    /// <summary>The counters of each histogram of an answer to <see cref="Expression"/>.</summary>
    public static (List<CounterSeries> Good, List<CounterSeries> Valid) Counters(IEnumerable<LabelledSeries> answer)
    {
        var (good, valid) = (new List<CounterSeries>(), new List<CounterSeries>());
        foreach (var parts in answer.GroupBy(s => s.NameWithout(Part), StringComparer.Ordinal))
        {
            var pair = Pair(At("time"), At("count"), At("good"));
            var labels = parts.First().Labels;
            var target = TargetIdentity.Of(labels.GetValueOrDefault("job"), labels.GetValueOrDefault("instance"));
            good.Add(new CounterSeries(target, pair.Below));
            valid.Add(new CounterSeries(target, pair.All));

            Dictionary<long, double> At(string part) =>
                parts.FirstOrDefault(s => s.Labels.GetValueOrDefault(Part) == part)?.Samples.ToDictionary(s => s.Time, s => s.Value) ?? [];
        }

        return (good, valid);
    }

    private static PairedCounter Pair(Dictionary<long, double> times, Dictionary<long, double> counts, Dictionary<long, double> goods)
    {
        var pair = new PairedCounter();
        foreach (var at in times.Keys.Order())
        {
            // A histogram without events has no share: none of 0 is 0. A sample that was the newest at several times comes again.
            var count = counts.GetValueOrDefault(at, double.NaN);
            pair.Add((long)Math.Round(times[at] * 1000), count == 0 ? 0 : goods.GetValueOrDefault(at, double.NaN), count);
        }

        return pair;
    }

    private static string Named(string part, string expression) =>
        string.Create(CultureInfo.InvariantCulture, $"label_replace({expression},\"{Part}\",\"{part}\",\"\",\"\")");
}
