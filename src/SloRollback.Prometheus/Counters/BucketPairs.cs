namespace SloRollback.Prometheus.Counters;

/// <summary>
/// Matches the buckets at a threshold with those of all events, sample by sample: both come of one scrape, and so have one time. Where
/// a process has no bucket at the threshold, as when a new release has other buckets, its events would all be valid and none good:
/// they are left out, and the steps in which that happened are not measured. Neither errors nor a loss of traffic may be made of them.
/// </summary>
internal sealed class BucketPairs
{
    private readonly StepWindow window;
    private readonly HashSet<long> lacking = [];
    private readonly SampledSteps sampled;

    /// <summary>Matches the series of the two selectors.</summary>
    /// <param name="first">The buckets at the threshold.</param>
    /// <param name="second">The buckets of all events.</param>
    /// <param name="window">The steps.</param>
    public BucketPairs(IReadOnlyList<CounterSeries> first, IReadOnlyList<CounterSeries> second, in StepWindow window)
    {
        this.window = window;
        First = first;
        var byHistogram = first.ToLookup(s => s.Histogram, StringComparer.Ordinal);
        Second = [.. second.Select(s => Paired(s, [.. byHistogram[s.Histogram]]))];
        sampled = new SampledSteps(window);
        sampled.Read(Second);
    }

    public IReadOnlyList<CounterSeries> First { get; }

    public IReadOnlyList<CounterSeries> Second { get; }

    /// <summary>Which process has no bucket, or <see langword="null"/> when all have.</summary>
    public string? Problem { get; private set; }

    /// <summary>Was nothing of the events sampled?</summary>
    public bool IsEmpty => !sampled.Any;

    /// <summary>Had some process no bucket in every step of the window that was sampled?</summary>
    public bool IsLackingEverywhere
    {
        get
        {
            for (var step = window.First; step < window.First + window.Count; step++)
            {
                if (!lacking.Contains(step) && sampled.IsSampled(step))
                    return false;
            }

            return lacking.Any(step => step >= window.First && step < window.First + window.Count);
        }
    }

    /// <summary>Had some process no bucket in a step?</summary>
    public bool IsLacking(long step) => lacking.Contains(step);

    private CounterSeries Paired(CounterSeries series, CounterSeries[] partners)
    {
        if (partners is [var only] && HaveSameTimes(only.Samples, series.Samples))
            return series;

        var times = partners.SelectMany(p => p.Samples.ToArray()).Select(s => s.Time).ToHashSet();
        var paired = series.Samples.ToArray().Where(s => times.Contains(s.Time)).ToArray();
        foreach (var sample in series.Samples)
        {
            if (!times.Contains(sample.Time))
                lacking.Add(window.StepOf(sample.Time));
        }

        if (paired.Length < series.Samples.Length)
            Problem ??= $"there is no bucket with the threshold's bound in {series.Histogram}, though others may have it: what cannot be told of these events makes a step unmeasured";
        return new CounterSeries(series.Target, paired, series.FirstSeen);
    }

    private static bool HaveSameTimes(ReadOnlySpan<CounterSample> a, ReadOnlySpan<CounterSample> b)
    {
        if (a.Length != b.Length)
            return false;

        for (var i = 0; i < a.Length; i++)
        {
            if (a[i].Time != b[i].Time)
                return false;
        }

        return true;
    }
}
