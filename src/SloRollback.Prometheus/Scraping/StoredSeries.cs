using System.Runtime.InteropServices;
using SloRollback.Prometheus.Counters;

namespace SloRollback.Prometheus.Scraping;

/// <summary>The samples kept of one series. Not thread-safe: the store guards it.</summary>
internal sealed class StoredSeries(LabelSet labels, string target)
{
    private readonly List<CounterSample> samples = [];
    private long firstSeen = long.MaxValue;

    public LabelSet Labels { get; } = labels;

    public string Target { get; } = target;

    public double? LastValue => samples is [.., var last] ? last.Value : null;

    public bool IsEmpty => samples.Count == 0;

    /// <summary>Adds a sample; one that is not newer than the last is ignored.</summary>
    public void Add(CounterSample sample)
    {
        if (samples.Count != 0 && samples[^1].Time >= sample.Time)
            return;

        samples.Add(sample);
        firstSeen = Math.Min(firstSeen, sample.Time);
    }

    /// <summary>Forgets what is older; not at once but when a good part of the memory is.</summary>
    public void ForgetBefore(long time)
    {
        var old = CountBefore(time);
        if (old == samples.Count || old > 16 + (samples.Count / 4))
            samples.RemoveRange(0, old);
    }

    /// <summary>Forgets what is as new or newer.</summary>
    public void ForgetFrom(long time)
    {
        var kept = CountBefore(time);
        samples.RemoveRange(kept, samples.Count - kept);
    }

    /// <summary>A copy of the samples taken in <c>[from, before)</c>, and of the last one before: the counter's value at that time.</summary>
    public CounterSeries Copy(long from, long before)
    {
        var first = Math.Max(0, CountBefore(from) - 1);
        var count = Math.Max(0, CountBefore(before) - first);
        return new CounterSeries(Target, CollectionsMarshal.AsSpan(samples).Slice(first, count).ToArray(), firstSeen);
    }

    private int CountBefore(long time) => CounterSeries.IndexAtOrAfter(CollectionsMarshal.AsSpan(samples), time);
}
