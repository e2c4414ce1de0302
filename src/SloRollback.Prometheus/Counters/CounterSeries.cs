namespace SloRollback.Prometheus.Counters;

/// <summary>The samples of one counter, in order of time; may grow at its newest end and be forgotten at its oldest.</summary>
internal sealed class CounterSeries
{
    private const int FirstCapacity = 8;

    private CounterSample[] samples;
    private int start;
    private int count;

    /// <summary>Some samples.</summary>
    /// <param name="target">Who exposed the counter: see <see cref="TargetIdentity"/>.</param>
    /// <param name="samples">The samples; one that is not newer than the one before is ignored.</param>
    /// <param name="firstSeen">When the source saw the counter first; the latest time where it keeps no record of that.</param>
    public CounterSeries(string target, CounterSample[] samples, long firstSeen = long.MaxValue) =>
        (Target, this.samples, count, FirstSeen) = (target, samples, samples.Length, firstSeen);

    /// <summary>A counter that was seen before is not new, however long it was away.</summary>
    public long FirstSeen { get; }

    public string Target { get; }

    /// <summary>The labels without the bound of a bucket, for the buckets of histograms; empty for other counters.</summary>
    public string Histogram { get; init; } = "";

    public ReadOnlySpan<CounterSample> Samples => samples.AsSpan(start, count);

    /// <summary>The samples taken in <c>[from, before)</c>.</summary>
    public ReadOnlySpan<CounterSample> Between(long from, long before)
    {
        var all = Samples;
        var first = IndexAtOrAfter(all, from);
        return all.Slice(first, Math.Max(0, IndexAtOrAfter(all, before) - first));
    }

    /// <summary>The last sample before a time that is a number.</summary>
    public CounterSample? LastBefore(long time)
    {
        var all = Samples;
        for (var i = IndexAtOrAfter(all, time) - 1; i >= 0; i--)
        {
            if (double.IsFinite(all[i].Value))
                return all[i];
        }

        return null;
    }

    /// <summary>Adds samples, in order of time. Those that are known already add nothing, and late ones find their place.</summary>
    public void Add(ReadOnlySpan<Sample> added)
    {
        foreach (var (time, value) in added)
        {
            if (count == 0 || time > samples[start + count - 1].Time)
                Insert(count, new CounterSample(time, value));
            else if (IndexAtOrAfter(Samples, time) is var index && samples[start + index].Time != time)
                Insert(index, new CounterSample(time, value));
        }
    }

    /// <summary>Says of a counter that its oldest sample is the first ever, and counts from 0.</summary>
    public void MarkBirth()
    {
        if (count > 0)
            samples[start] = samples[start] with { IsBirth = true };
    }

    /// <summary>Drops the samples before a time, all but the last of them: the counter's value at that time.</summary>
    public void Forget(long before)
    {
        var dropped = IndexAtOrAfter(Samples, before) - 1;
        while (dropped > 0 && !double.IsFinite(samples[start + dropped].Value))
            dropped--;
        if (dropped <= 0)
            return;

        start += dropped;
        count -= dropped;
    }

    /// <summary>How many samples, in order of time, were taken before a time.</summary>
    public static int IndexAtOrAfter(ReadOnlySpan<CounterSample> samples, long time)
    {
        int low = 0, high = samples.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (samples[middle].Time < time)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private void Insert(int index, in CounterSample sample)
    {
        if (start + count == samples.Length)
            MakeRoom();

        samples.AsSpan(start + index, count - index).CopyTo(samples.AsSpan(start + index + 1));
        samples[start + index] = sample;
        count++;
    }

    // Over what was forgotten, when that is at least as much as what is kept.
    private void MakeRoom()
    {
        var target = start >= count && samples.Length >= FirstCapacity ? samples : new CounterSample[Math.Max(FirstCapacity, count * 2)];
        samples.AsSpan(start, count).CopyTo(target);
        (samples, start) = (target, 0);
    }
}
