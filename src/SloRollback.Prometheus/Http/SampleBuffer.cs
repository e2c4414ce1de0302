using System.Buffers;
using SloRollback.Prometheus.Counters;

namespace SloRollback.Prometheus.Http;

/// <summary>The samples of one series, in order of time, in rented memory.</summary>
internal sealed class SampleBuffer : IDisposable
{
    private const int InitialSamples = 1024;

    private Sample[] samples = ArrayPool<Sample>.Shared.Rent(InitialSamples);
    private int count;
    private long newest = long.MinValue;

    public ReadOnlySpan<Sample> Samples => samples.AsSpan(0, count);

    public void Clear() => (count, newest) = (0, long.MinValue);

    /// <summary>Adds a sample; one that is not newer than the one before adds nothing, since what follows relies on the order.</summary>
    public void Add(long time, double value)
    {
        if (time <= newest)
            return;
        if (count == samples.Length)
            Grow();

        samples[count++] = new Sample(time, value);
        newest = time;
    }

    public void Dispose()
    {
        ArrayPool<Sample>.Shared.Return(samples);
        samples = [];
        Clear();
    }

    private void Grow()
    {
        var larger = ArrayPool<Sample>.Shared.Rent(checked(count * 2));
        Samples.CopyTo(larger);
        ArrayPool<Sample>.Shared.Return(samples);
        samples = larger;
    }
}
