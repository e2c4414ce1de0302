using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace SloRollback.Prometheus.Http;

/// <summary>Texts as they stand between the quotes of a JSON document that was found to be well-formed.</summary>
internal static class JsonText
{
    public static bool Equals(ReadOnlySpan<byte> escaped, ReadOnlySpan<byte> text)
    {
        if (!escaped.Contains((byte)'\\'))
            return escaped.SequenceEqual(text);
        if (escaped.Length <= text.Length)
            return false;

        var rented = ArrayPool<byte>.Shared.Rent(escaped.Length);
        var isEqual = rented.AsSpan(0, Unescape(escaped, rented)).SequenceEqual(text);
        ArrayPool<byte>.Shared.Return(rented);
        return isEqual;
    }

    public static string ToString(ReadOnlySpan<byte> escaped)
    {
        if (!escaped.Contains((byte)'\\'))
            return Encoding.UTF8.GetString(escaped);

        var rented = ArrayPool<byte>.Shared.Rent(escaped.Length);
        var text = Encoding.UTF8.GetString(rented.AsSpan(0, Unescape(escaped, rented)));
        ArrayPool<byte>.Shared.Return(rented);
        return text;
    }

    /// <summary>Writes a text without its escapes, which is never longer; half a surrogate pair becomes U+FFFD.</summary>
    public static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> destination)
    {
        var written = 0;
        while (escaped.IndexOf((byte)'\\') is var at and >= 0)
        {
            escaped[..at].CopyTo(destination[written..]);
            written += at;
            escaped = escaped[at..];
            written += UnescapeOne(ref escaped, destination[written..]);
        }

        escaped.CopyTo(destination[written..]);
        return written + escaped.Length;
    }

    private static int UnescapeOne(ref ReadOnlySpan<byte> escaped, Span<byte> destination)
    {
        if (escaped is [_, (byte)'u', ..])
            return Unicode(ref escaped, destination);

        destination[0] = escaped.Length < 2 ? (byte)'\\' : escaped[1] switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'t' => (byte)'\t',
            (byte)'r' => (byte)'\r',
            (byte)'b' => (byte)'\b',
            (byte)'f' => (byte)'\f',
            var same => same,
        };
        escaped = escaped[Math.Min(2, escaped.Length)..];
        return 1;
    }

    private static int Unicode(ref ReadOnlySpan<byte> escaped, Span<byte> destination)
    {
        var first = CodeUnit(ref escaped);
        if (Rune.TryCreate(first, out var rune))
            return rune.EncodeToUtf8(destination);

        var after = escaped;
        if (escaped is [(byte)'\\', (byte)'u', ..] && Rune.TryCreate(first, CodeUnit(ref after), out rune))
            escaped = after;
        else
            rune = Rune.ReplacementChar;

        return rune.EncodeToUtf8(destination);
    }

    private static char CodeUnit(ref ReadOnlySpan<byte> escaped)
    {
        var isRead = Utf8Parser.TryParse(escaped.Slice(2, Math.Min(4, escaped.Length - 2)), out ushort unit, out _, 'x');
        escaped = escaped[Math.Min(6, escaped.Length)..];
        return isRead ? (char)unit : (char)Rune.ReplacementChar.Value;
    }
}
