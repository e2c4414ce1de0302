using SloRollback.Prometheus.Counters;

namespace SloRollback.Prometheus.Http;

/// <summary>Keeps the series of an answer as counters.</summary>
internal sealed class CollectedSeries : ISeriesSink
{
    // Many series are of one target: one text serves them all.
    private readonly HashSet<string> targets = new(StringComparer.Ordinal);

    public List<CounterSeries> Series { get; } = [];

    public void Add(ReadOnlySpan<byte> labels, ReadOnlySpan<Sample> samples)
    {
        var json = new LabelsJson(labels);
        var target = TargetIdentity.Of(json.Find("job"u8), json.Find("instance"u8));
        if (targets.TryGetValue(target, out var known))
            target = known;
        else
            targets.Add(target);

        var counter = new CounterSample[samples.Length];
        for (var i = 0; i < counter.Length; i++)
            counter[i] = new CounterSample(samples[i].Time, samples[i].Value);

        Series.Add(new CounterSeries(target, counter));
    }
}
