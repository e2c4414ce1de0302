namespace SloRollback.Prometheus.Counters;

/// <summary>The samples of one counter, in order of time.</summary>
/// <param name="target">Who exposed it: see <see cref="TargetIdentity"/>.</param>
/// <param name="samples">The samples; one that is not newer than the one before is ignored.</param>
/// <param name="firstSeen">When the source saw the counter first; the latest time where it keeps no record of that.</param>
internal sealed class CounterSeries(string target, CounterSample[] samples, long firstSeen = long.MaxValue)
{
    /// <summary>A counter that was seen before is not new, however long it was away.</summary>
    public long FirstSeen { get; } = firstSeen;

    public string Target { get; } = target;

    public ReadOnlySpan<CounterSample> Samples => samples;

    /// <summary>The samples taken in <c>[from, before)</c>.</summary>
    public ReadOnlySpan<CounterSample> Between(long from, long before)
    {
        var first = IndexAtOrAfter(samples, from);
        return samples.AsSpan(first, Math.Max(0, IndexAtOrAfter(samples, before) - first));
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
}
