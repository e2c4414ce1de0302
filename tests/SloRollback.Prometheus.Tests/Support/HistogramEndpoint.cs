using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace SloRollback.Prometheus.Tests.Support;

/// <summary>
/// A service with a histogram of durations and a gauge on a real socket: classic in the text format, or native in the protobuf format,
/// which is the only one that carries it.
/// </summary>
internal sealed class HistogramEndpoint : IAsyncDisposable
{
    public const string Histogram = "rpc_seconds";
    private const int Schema = 3;

    private readonly Lock gate = new();
    private readonly FakeHttpServer server;
    private readonly bool isNative;
    private readonly List<double> observed = [];
    private string[] bounds;
    private int scrapes;

    public HistogramEndpoint(bool isNative, params string[] bounds)
    {
        (this.isNative, this.bounds) = (isNative, bounds);
        server = new FakeHttpServer(_ => Page());
    }

    public Uri Address => new(server.Address, "/metrics");

    public double Gauge { get; set; }

    public void Observe(double seconds, int times)
    {
        lock (gate)
            observed.AddRange(Enumerable.Repeat(seconds, times));
    }

    /// <summary>The process begins anew, perhaps with other buckets.</summary>
    public void Restart(params string[] newBounds)
    {
        lock (gate)
        {
            observed.Clear();
            bounds = newBounds.Length == 0 ? bounds : newBounds;
        }
    }

    /// <summary>Waits until so many scrapes that began after this call have been answered.</summary>
    public Task ScrapedAsync(int times)
    {
        var before = Volatile.Read(ref scrapes);
        return Wait.UntilAsync(() => Volatile.Read(ref scrapes) >= before + times, "scrapes");
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private FakeResponse Page()
    {
        lock (gate)
        {
            Interlocked.Increment(ref scrapes);
            return isNative ? Native() : FakeResponse.Text(Classic(), "text/plain; version=0.0.4");
        }
    }

    private string Classic()
    {
        var page = new StringBuilder($"# TYPE {Histogram} histogram\n");
        foreach (var bound in bounds)
        {
            var value = double.Parse(bound, CultureInfo.InvariantCulture);
            page.Append(CultureInfo.InvariantCulture, $"{Histogram}_bucket{{le=\"{bound}\"}} {observed.Count(o => o <= value)}\n");
        }

        page.Append(CultureInfo.InvariantCulture, $"{Histogram}_bucket{{le=\"+Inf\"}} {observed.Count}\n{Histogram}_count {observed.Count}\n");
        return page.Append(CultureInfo.InvariantCulture, $"# TYPE queue_length gauge\nqueue_length {Gauge}\n").ToString();
    }

    /// <summary>One delimited <c>io.prometheus.client.MetricFamily</c>: bounds grow by the eighth root of 2.</summary>
    private FakeResponse Native()
    {
        var buckets = observed.CountBy(o => (int)Math.Ceiling(Math.Log2(o) * (1 << Schema))).OrderBy(b => b.Key).ToArray();
        List<byte> histogram = [.. Field(1, observed.Count), .. Field(2, observed.Sum()), .. Field(5, ZigZag(Schema)), .. Field(6, 1e-128), .. Field(7, 0)];
        var (next, last) = (0, 0L);
        foreach (var (index, _) in buckets)
        {
            histogram.AddRange(Field(12, [.. Field(1, ZigZag(index - next)), .. Field(2, 1)]));
            next = index + 1;
        }

        foreach (var (_, count) in buckets)
        {
            histogram.AddRange(Field(13, ZigZag(count - last)));
            last = count;
        }

        byte[] family = [.. Field(1, Encoding.UTF8.GetBytes(Histogram)), .. Field(3, 4), .. Field(4, Field(7, [.. histogram]))];
        byte[] body = [.. Number((ulong)family.Length), .. family];
        var head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited\r\n"
            + $"Content-Length: {body.Length}\r\n\r\n";
        return new FakeResponse([.. Encoding.ASCII.GetBytes(head), .. body]);
    }

    private static byte[] Field(int number, long value) => [.. Number((ulong)number << 3), .. Number((ulong)value)];

    private static byte[] Field(int number, byte[] value) => [.. Number(((ulong)number << 3) | 2), .. Number((ulong)value.Length), .. value];

    private static byte[] Field(int number, double value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        return [.. Number(((ulong)number << 3) | 1), .. bytes];
    }

    private static long ZigZag(long value) => (value << 1) ^ (value >> 63);

    private static List<byte> Number(ulong value)
    {
        var bytes = new List<byte>();
        for (; value > 127; value >>= 7)
            bytes.Add((byte)(value | 128));

        bytes.Add((byte)value);
        return bytes;
    }
}
