using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace SloRollback.Prometheus.Selectors;

/// <summary>PromQL's quoted strings, which are Go's: <c>"…"</c> and <c>'…'</c> with escapes, <c>`…`</c> without.</summary>
internal static class PromQlString
{
    /// <summary>The index after the closing quote of the string that begins at <paramref name="start"/>, or -1.</summary>
    public static int FindEnd(string text, int start)
    {
        var quote = text[start];
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == quote)
                return i + 1;
            if (quote == '`')
                continue;
            if (text[i] == '\n')
                return -1;
            if (text[i] == '\\')
                i++;
        }

        return -1;
    }

    /// <summary>Puts quotes round a value and escapes what would end it; a lone surrogate becomes U+FFFD, as on the way to the server.</summary>
    public static string Quote(string value)
    {
        var quoted = new StringBuilder(value.Length + 2).Append('"');
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.Value is '"' or '\\')
                quoted.Append('\\').Append((char)rune.Value);
            else if (Rune.IsControl(rune))
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            else
                quoted.Append(rune.ToString());
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>Takes the quotes off and resolves the escapes.</summary>
    /// <param name="quoted">The string with its quotes.</param>
    /// <param name="value">What it says.</param>
    /// <param name="wrong">Otherwise the index of the escape sequence that is not known.</param>
    public static bool TryUnquote(ReadOnlySpan<char> quoted, [NotNullWhen(true)] out string? value, out int wrong)
    {
        var quote = quoted[0];
        var inner = quoted[1..^1];
        (value, wrong) = (null, 0);
        if (quote == '`' || !inner.Contains('\\'))
        {
            value = inner.ToString();
            return true;
        }

        // \x and octal escapes give bytes, which together may be one UTF-8 character.
        var bytes = new List<byte>(inner.Length);
        Span<byte> utf8 = stackalloc byte[4];
        while (!inner.IsEmpty)
        {
            wrong = quoted.Length - 1 - inner.Length;
            if (inner[0] != '\\')
            {
                // An unpaired surrogate becomes U+FFFD, as everywhere else on the way to the server.
                Rune.DecodeFromUtf16(inner, out var rune, out var taken);
                bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
                inner = inner[taken..];
            }
            else if (Escape(inner, quote, bytes, utf8) is var length and > 0)
            {
                inner = inner[length..];
            }
            else
            {
                return false;
            }
        }

        value = Encoding.UTF8.GetString([.. bytes]);
        return true;
    }

    private static int Escape(ReadOnlySpan<char> escape, char quote, List<byte> bytes, Span<byte> utf8)
    {
        if (escape.Length < 2)
            return 0;

        switch (escape[1])
        {
            case 'x':
                return Number(escape, 2, 2, 16, out var hex) ? Byte(hex, 4, bytes) : 0;
            case >= '0' and <= '7':
                return Number(escape, 1, 3, 8, out var octal) && octal <= byte.MaxValue ? Byte(octal, 4, bytes) : 0;
            case 'u':
                return Number(escape, 2, 4, 16, out var unicode) ? Character(unicode, 6, bytes, utf8) : 0;
            case 'U':
                return Number(escape, 2, 8, 16, out unicode) ? Character(unicode, 10, bytes, utf8) : 0;
            case var c when c is '\\' || c == quote:
                return Byte(c, 2, bytes);
            case var c when "abfnrtv".IndexOf(c, StringComparison.Ordinal) is var index and >= 0:
                return Byte("\a\b\f\n\r\t\v"[index], 2, bytes);
            default:
                return 0;
        }
    }

    private static int Byte(uint value, int length, List<byte> bytes)
    {
        bytes.Add((byte)value);
        return length;
    }

    private static int Character(uint value, int length, List<byte> bytes, Span<byte> utf8)
    {
        if (!Rune.TryCreate(value, out var rune))
            return 0;

        bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
        return length;
    }

    private static bool Number(ReadOnlySpan<char> escape, int start, int digits, int radix, out uint value)
    {
        value = 0;
        if (escape.Length < start + digits)
            return false;

        foreach (var c in escape.Slice(start, digits))
        {
            if (!char.IsAsciiHexDigit(c) || (radix == 8 && c is < '0' or > '7'))
                return false;

            value = (value * (uint)radix) + uint.Parse([c], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        return true;
    }
}
