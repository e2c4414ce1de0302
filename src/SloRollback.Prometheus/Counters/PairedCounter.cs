namespace SloRollback.Prometheus.Counters;

/// <summary>
/// The events at or under a bound and all events of one histogram, sampled together, as two counters that never fall. A reset shows in
/// the count of all events alone. The lower one need not fall with it, when the new process is the faster one, and its growth would
/// come out too small, as errors; nor is it a reset when it falls by itself, as when a native histogram widens its buckets: that would
/// book the events of a lifetime.
/// </summary>
internal sealed class PairedCounter
{
    private readonly List<CounterSample> below = [];
    private readonly List<CounterSample> all = [];
    private double belowTotal;
    private double allTotal;
    private double lastBelow;
    private double lastAll;

    public CounterSample[] Below => [.. below];

    public CounterSample[] All => [.. all];

    /// <summary>Adds a sample; what is no number, or is not newer than the last one, is passed over.</summary>
    /// <param name="time">Its time.</param>
    /// <param name="belowCount">The events at or under the bound since the process began.</param>
    /// <param name="allCount">All events since the process began.</param>
    public void Add(long time, double belowCount, double allCount)
    {
        if (!double.IsFinite(belowCount) || !double.IsFinite(allCount) || (all.Count > 0 && time <= all[^1].Time))
            return;

        var isReset = allCount < lastAll;
        var growth = isReset ? allCount : allCount - lastAll;
        allTotal += growth;
        belowTotal += Math.Clamp(isReset ? belowCount : belowCount - lastBelow, 0, Math.Max(0, growth));
        (lastAll, lastBelow) = (allCount, belowCount);
        below.Add(new CounterSample(time, belowTotal));
        all.Add(new CounterSample(time, allTotal));
    }
}
