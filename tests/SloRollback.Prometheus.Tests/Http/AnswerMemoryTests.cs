using System.Text;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Http;

namespace SloRollback.Prometheus.Tests.Http;

/// <summary>What an answer costs in memory, measured on the thread that decodes it.</summary>
public sealed class AnswerMemoryTests
{
    private const int Limit = 16 << 20;

    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    public void A_gigabyte_costs_no_more_than_a_series_of_it(int samplesPerSeries)
    {
        var (bytes, allocated) = Decode(samplesPerSeries);
        Assert.InRange(bytes, Limit, Limit + (1 << 20));
        Assert.InRange(allocated, 0, 2_000_000);
    }

    [Fact]
    public void A_gigabyte_of_one_series_costs_no_more_than_its_samples_up_to_the_limit()
    {
        // 14 bytes are the least that a sample is written with, 16 what it is kept in; the memory is doubled when it is full.
        var (bytes, allocated) = Decode(int.MaxValue);
        Assert.InRange(bytes, Limit, Limit + (1 << 20));
        Assert.InRange(allocated, 0, 5L * Limit);
    }

    private static (long Bytes, long Allocated) Decode(int samplesPerSeries)
    {
        var sink = new Nothing();
        var body = new AnswerBody();
        using var endless = new StreamContent(new EndlessAnswer(1_000_000_000, samplesPerSeries));
        using var decoder = new AnswerDecoder(sink);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = body.ReadAsync(endless, decoder, Limit, CancellationToken.None);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(reading.IsCompletedSuccessfully);
        Assert.False(reading.Result);
        return (body.Bytes, allocated);
    }

    private sealed class Nothing : ISeriesSink
    {
        public void Add(ReadOnlySpan<byte> labels, ReadOnlySpan<Sample> samples)
        {
        }
    }

    /// <summary>An answer made as it is read, without allocating.</summary>
    private sealed class EndlessAnswer(long length, int samplesPerSeries) : MemoryStream
    {
        private const int LabelEnd = 26;
        private const int TimeEnd = 11;

        private byte[] pending = Encoding.UTF8.GetBytes("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"i":"00000000"},"values":[[1000000000,"0"]""");
        private readonly byte[] following = Encoding.UTF8.GetBytes(""",[1000000000,"1"]""");
        private readonly byte[] next = Encoding.UTF8.GetBytes("""]},{"metric":{"i":"00000000"},"values":[[1000000000,"0"]""");
        private int used;
        private int samples;
        private long written;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var filled = 0;
            while (filled < buffer.Length && written < length)
            {
                if (used == pending.Length)
                    Advance();

                var part = Math.Min(pending.Length - used, buffer.Length - filled);
                pending.AsSpan(used, part).CopyTo(buffer.Span[filled..]);
                (used, filled, written) = (used + part, filled + part, written + part);
            }

            return new(filled);
        }

        private void Advance()
        {
            used = 0;
            pending = ++samples % samplesPerSeries == 0 ? next : following;

            // The last digit of the label, or of the time.
            var text = pending;
            var at = text == next ? LabelEnd : TimeEnd;
            while (text[at] == '9')
                text[at--] = (byte)'0';

            text[at]++;
        }
    }
}
