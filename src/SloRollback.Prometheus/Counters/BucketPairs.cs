using SloRollback.Indicators;

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
    private readonly List<CounterSeries> good;
    private readonly List<CounterSeries> valid;
    private readonly SampledSteps sampled;

    /// <summary>Matches the series of the two selectors.</summary>
    /// <param name="first">The buckets at the threshold.</param>
    /// <param name="second">The buckets of all events.</param>
    /// <param name="window">The steps.</param>
    public BucketPairs(IReadOnlyList<CounterSeries> first, IReadOnlyList<CounterSeries> second, in StepWindow window)
    {
        this.window = window;
        (good, valid) = (new List<CounterSeries>(second.Count), new List<CounterSeries>(second.Count));
        var buckets = first.ToLookup(s => s.Histogram, StringComparer.Ordinal);
        foreach (var series in second)
        {
            // A process has one bucket of the bound; its name changes when the next version writes 1 as 1.0.
            var below = new Dictionary<long, double>();
            foreach (var bucket in buckets[series.Histogram])
            {
                foreach (var sample in bucket.Samples)
                    below[sample.Time] = sample.Value;
            }

            Pair(series, below);
        }

        sampled = new SampledSteps(window);
        sampled.Read(valid);
    }

    /// <summary>Which process has no bucket, or <see langword="null"/> when all have.</summary>
    public string? Problem { get; private set; }

    /// <summary>Is there nothing that could be matched?</summary>
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

    /// <summary>Fills a row.</summary>
    /// <param name="cells">Makes cells of counters.</param>
    /// <param name="row">The cells to fill.</param>
    public void Fill(IndicatorCells cells, Span<SliCell> row)
    {
        cells.Fill(good, valid, row);
        for (var i = 0; i < row.Length; i++)
        {
            if (lacking.Contains(window.First + i))
                row[i] = default;
        }
    }

    private void Pair(CounterSeries series, Dictionary<long, double> below)
    {
        var pair = new PairedCounter();
        foreach (var sample in series.Samples)
        {
            if (below.TryGetValue(sample.Time, out var value))
            {
                pair.Add(sample.Time, value, sample.Value);
                continue;
            }

            lacking.Add(window.StepOf(sample.Time));
            Problem ??= $"there is no bucket with the threshold's bound in {series.Histogram}, though others may have it: a step with events of which nothing can be told is not measured";
        }

        good.Add(new CounterSeries(series.Target, pair.Below, series.FirstSeen));
        valid.Add(new CounterSeries(series.Target, pair.All, series.FirstSeen));
        if (series.Samples is [{ IsBirth: true } first, ..] && pair.All is [var oldest, ..] && oldest.Time == first.Time)
        {
            good[^1].MarkBirth();
            valid[^1].MarkBirth();
        }
    }
}
