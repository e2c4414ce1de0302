using SloRollback.Prometheus.Counters;

namespace SloRollback.Prometheus.Expressions;

/// <summary>
/// Matches the buckets at a threshold with those of all events, sample by sample: both come of one scrape, and so have one time. Where
/// a process has no bucket at the threshold, as when a new release has other buckets, its events would all be valid and none good:
/// they are left out, and the steps in which that happened are not measured. Neither errors nor a loss of traffic may be made of them.
/// </summary>
internal sealed class BucketPairs
{
    private const string BoundLabel = "le";

    private readonly StepWindow window;
    private readonly HashSet<long> lacking = [];

    public BucketPairs(IReadOnlyCollection<LabelledSeries> first, IReadOnlyCollection<LabelledSeries> second, in StepWindow window)
    {
        this.window = window;
        var buckets = first.ToLookup(s => s.NameWithout(BoundLabel), s => s.Samples, StringComparer.Ordinal);
        var (good, valid) = (new List<CounterSeries>(second.Count), new List<CounterSeries>(second.Count));
        foreach (var series in second)
        {
            // A process has one bucket of the bound; its name changes when the next version writes 1 as 1.0.
            var below = new Dictionary<long, double>();
            foreach (var sample in buckets[series.NameWithout(BoundLabel)].SelectMany(samples => samples))
                below[sample.Time] = sample.Value;

            var pair = Pair(series, below);
            var target = TargetIdentity.Of(series.Labels.GetValueOrDefault("job"), series.Labels.GetValueOrDefault("instance"));
            good.Add(new CounterSeries(target, pair.Below));
            valid.Add(new CounterSeries(target, pair.All));
        }

        (First, Second) = (SelectorSeries.Create(good, window), SelectorSeries.Create(valid, window));
    }

    public SelectorSeries First { get; }

    public SelectorSeries Second { get; }

    /// <summary>Which process has no bucket, or <see langword="null"/> when all have.</summary>
    public string? Problem { get; private set; }

    /// <summary>Had some process no bucket in every step of the window that was sampled?</summary>
    public bool IsLackingEverywhere
    {
        get
        {
            for (var step = window.First; step < window.First + window.Count; step++)
            {
                if (!lacking.Contains(step) && Second.Sampled.IsSampled(step))
                    return false;
            }

            return lacking.Any(step => step >= window.First && step < window.First + window.Count);
        }
    }

    /// <summary>Had some process no bucket in a step?</summary>
    public bool IsLacking(long step) => lacking.Contains(step);

    private PairedCounter Pair(LabelledSeries series, Dictionary<long, double> below)
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
            Problem ??= $"there is no bucket with the threshold's bound in {series.NameWithout(BoundLabel)}, though others may have it:"
                + " a step with events of which nothing can be told is not measured";
        }

        return pair;
    }
}
