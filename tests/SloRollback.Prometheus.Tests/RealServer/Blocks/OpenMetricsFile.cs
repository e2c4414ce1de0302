using System.Buffers.Text;
using System.Text;

namespace SloRollback.Prometheus.Tests.RealServer.Blocks;

/// <summary>Samples as OpenMetrics text, which <c>promtool</c> makes blocks of.</summary>
internal sealed class OpenMetricsFile(string path) : IDisposable
{
    private const int Longest = 64;
    private readonly FileStream stream = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
    private readonly byte[] buffer = new byte[1 << 20];
    private int used;

    public string Path => path;

    /// <summary>How many samples were written.</summary>
    public long Samples { get; private set; }

    /// <summary>A series as it stands before each of its samples.</summary>
    /// <param name="metric">The metric's name.</param>
    /// <param name="labels">Names and values; no value needs escaping.</param>
    public static byte[] Series(string metric, params (string Name, string Value)[] labels) =>
        Encoding.UTF8.GetBytes($"{metric}{{{string.Join(',', labels.Select(l => $"{l.Name}=\"{l.Value}\""))}}} ");

    /// <summary>Writes a sample.</summary>
    /// <param name="series">Of <see cref="Series"/>.</param>
    /// <param name="value">Its value.</param>
    /// <param name="time">Seconds since the Unix epoch: promtool cuts fractions of them a millisecond short.</param>
    public void Write(byte[] series, double value, long time)
    {
        if (buffer.Length - used < series.Length + Longest)
            Flush();

        series.CopyTo(buffer, used);
        used += series.Length;
        Utf8Formatter.TryFormat(value, buffer.AsSpan(used), out var written);
        used += written;
        buffer[used++] = (byte)' ';
        Utf8Formatter.TryFormat(time, buffer.AsSpan(used), out written);
        used += written;
        buffer[used++] = (byte)'\n';
        Samples++;
    }

    public void Dispose()
    {
        "# EOF\n"u8.CopyTo(buffer.AsSpan(used));
        used += 6;
        Flush();
        stream.Dispose();
    }

    private void Flush()
    {
        stream.Write(buffer, 0, used);
        used = 0;
    }
}
