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
        var timesOf = first.ToLookup(s => s.NameWithout(BoundLabel), s => s.Samples.Select(sample => sample.Time), StringComparer.Ordinal);
        First = SelectorSeries.Create([.. first.Select(s => Counter(s, s.Samples))], window);
        Second = SelectorSeries.Create([.. second.Select(s => Counter(s, Paired(s, [.. timesOf[s.NameWithout(BoundLabel)].SelectMany(t => t)])))], window);
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

    private static CounterSeries Counter(LabelledSeries series, IEnumerable<Sample> samples) => new(
        TargetIdentity.Of(series.Labels.GetValueOrDefault("job"), series.Labels.GetValueOrDefault("instance")),
        [.. samples.Select(s => new CounterSample(s.Time, s.Value))]);

    private List<Sample> Paired(LabelledSeries series, HashSet<long> times)
    {
        var paired = new List<Sample>(series.Samples.Count);
        foreach (var sample in series.Samples)
        {
            if (times.Contains(sample.Time))
            {
                paired.Add(sample);
                continue;
            }

            lacking.Add(window.StepOf(sample.Time));
            Problem ??= $"there is no bucket with the threshold's bound in {series.NameWithout(BoundLabel)}, though others may have it: what cannot be told of these events makes a step unmeasured";
        }

        return paired;
    }
}
