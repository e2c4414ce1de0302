using System.Buffers.Text;
using System.Text;

namespace SloRollback.Benchmarks.Prometheus;

/// <summary>An HTTP answer in a buffer that is used again.</summary>
internal sealed class FakeAnswer
{
    private const int HeadLength = 160;
    private byte[] buffer = new byte[1 << 16];
    private int from, to;

    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(from, to - from);

    public void Begin()
    {
        to = HeadLength;
        Add("{\"status\":\"success\",\"data\":{\"resultType\":\""u8);
    }

    public void Add(ReadOnlySpan<byte> text)
    {
        Reserve(text.Length);
        text.CopyTo(buffer.AsSpan(to));
        to += text.Length;
    }

    public void AddSample(long time, long value)
    {
        Reserve(48);
        buffer[to++] = (byte)'[';
        Utf8Formatter.TryFormat(time, buffer.AsSpan(to), out var written);
        to += written;
        ",\""u8.CopyTo(buffer.AsSpan(to));
        to += 2;
        Utf8Formatter.TryFormat(value, buffer.AsSpan(to), out written);
        to += written;
        "\"]"u8.CopyTo(buffer.AsSpan(to));
        to += 2;
    }

    /// <summary>Puts the head before the body, whose length is known now.</summary>
    public void End()
    {
        Add("]}}"u8);
        var head = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {to - HeadLength}\r\n\r\n");
        from = HeadLength - head.Length;
        head.CopyTo(buffer, from);
    }

    private void Reserve(int length)
    {
        if (buffer.Length - to < length)
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, to + length));
    }
}
