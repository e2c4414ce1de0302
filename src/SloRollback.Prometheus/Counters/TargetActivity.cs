namespace SloRollback.Prometheus.Counters;

/// <summary>
/// When each target was sampled. It decides whether a counter that appears has begun at 0 (its target was sampled before, without
/// it) or may have counted for long unseen. For <see cref="TargetIdentity.Unknown"/> the samples of all targets stand in.
/// </summary>
internal sealed class TargetActivity
{
    private readonly bool isOfSeries;
    private Dictionary<string, long[]>? times;
    private IReadOnlyList<CounterSeries> first = [];
    private IReadOnlyList<CounterSeries> second = [];

    private TargetActivity(Dictionary<string, long[]>? scrapes) => (times, isOfSeries) = (scrapes, scrapes is null);

    /// <summary>From a record of successful scrapes: sorted times by target.</summary>
    public static TargetActivity FromScrapes(Dictionary<string, long[]> scrapes) => new(scrapes);

    /// <summary>From the samples of the series themselves, for a source that does not tell of its scrapes.</summary>
    public static TargetActivity FromSeries() => new(null);

    /// <summary>Takes over the series of another indicator. They are gone through only when a counter appears, which is rare.</summary>
    public void Read(IReadOnlyList<CounterSeries> firstSeries, IReadOnlyList<CounterSeries> secondSeries)
    {
        (first, second) = (firstSeries, secondSeries);
        if (isOfSeries)
            times = null;
    }

    /// <summary>
    /// The value that a counter which appears probably had under other labels: when all series of its target end at once, as when a label
    /// is added to all of them, the highest last value that is not above its own. <see langword="null"/> when any goes on.
    /// </summary>
    /// <param name="target">The target.</param>
    /// <param name="until">When it was sampled last without the counter.</param>
    /// <param name="value">The counter's first value.</param>
    public double? ValueBefore(string target, long until, double value)
    {
        double? before = null;
        foreach (var series in first.Concat(second))
        {
            if (!string.Equals(series.Target, target, StringComparison.Ordinal) || series.LastBefore(until + 1) is not { } last || last.Time < until)
                continue;
            if (series.Samples[^1].Time > until)
                return null;
            if (last.Value <= value)
                before = Math.Max(before ?? 0, last.Value);
        }

        return before;
    }

    /// <summary>The last time in <c>[from, before)</c> at which the target was sampled.</summary>
    public long? LastSampled(string target, long from, long before)
    {
        times ??= Collect(first.Concat(second));
        if (!times.TryGetValue(target, out var sampled))
            return null;

        var index = Array.BinarySearch(sampled, before);
        index = index >= 0 ? index - 1 : ~index - 1;
        return index >= 0 && sampled[index] >= from ? sampled[index] : null;
    }

    private static Dictionary<string, long[]> Collect(IEnumerable<CounterSeries> series)
    {
        var byTarget = new Dictionary<string, HashSet<long>>(StringComparer.Ordinal);
        var all = byTarget[TargetIdentity.Unknown] = [];
        foreach (var one in series)
        {
            if (!byTarget.TryGetValue(one.Target, out var seen))
                byTarget[one.Target] = seen = [];

            foreach (var sample in one.Samples)
            {
                if (double.IsFinite(sample.Value) && seen.Add(sample.Time))
                    all.Add(sample.Time);
            }
        }

        var sorted = new Dictionary<string, long[]>(byTarget.Count, StringComparer.Ordinal);
        foreach (var (target, seen) in byTarget)
        {
            var array = seen.ToArray();
            Array.Sort(array);
            sorted[target] = array;
        }

        return sorted;
    }
}
