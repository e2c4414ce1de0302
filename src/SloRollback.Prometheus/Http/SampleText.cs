using System.Globalization;
using System.Runtime.CompilerServices;

namespace SloRollback.Prometheus.Http;

/// <summary>
/// Reads samples as every server writes them, <c>[1700000000.123,"42.5"]</c>: digits, at most three of them after the point of a
/// time. What is unusual is left to the JSON reader and to <see cref="TryParse"/>, with the same numbers to the last bit.
/// </summary>
internal static class SampleText
{
    private const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    // Digits that are counted before it is clear that there are not too many of them.
    private const int MaximumSecondDigits = 11;
    private const int MaximumDigits = 19;

    /// <summary>Reads samples that follow another one, each with the comma before it, as far as they are whole and usual.</summary>
    /// <returns>The number of bytes read.</returns>
    public static int TakeFollowing(ReadOnlySpan<byte> text, SampleBuffer samples)
    {
        var taken = 0;
        while (taken < text.Length && text[taken] == ',' && TryTakeOne(text[taken..], samples, out var length))
            taken += length;

        return taken;
    }

    /// <summary>Reads a sample after whatever mark is before it.</summary>
    public static bool TryTakeOne(ReadOnlySpan<byte> text, SampleBuffer samples, out int length)
    {
        length = 0;
        if (text is not [_, (byte)'[', >= (byte)'1' and <= (byte)'9', ..])
            return false;

        var i = 2;
        if (!TryTime(text, ref i, out var time) || At(text, i) != ',' || At(text, i + 1) != '"')
            return false;
        if (!TryValue(text, i + 2, out i, out var value) || At(text, i + 1) != ']')
            return false;

        samples.Add(time, value);
        length = i + 2;
        return true;
    }

    /// <summary>Reads a value, whatever its form, just as <see cref="double.Parse(string)"/> does.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        if (double.TryParse(text, Plain, CultureInfo.InvariantCulture, out value) && double.IsFinite(value))
            return true;

        value = text switch
        {
            _ when text.SequenceEqual("+Inf"u8) || text.SequenceEqual("Inf"u8) => double.PositiveInfinity,
            _ when text.SequenceEqual("-Inf"u8) => double.NegativeInfinity,
            _ => double.NaN,
        };
        return !double.IsNaN(value) || text.SequenceEqual("NaN"u8);
    }

    private static bool TryTime(ReadOnlySpan<byte> text, ref int i, out long time)
    {
        var start = i;
        time = 0;
        uint digit;
        for (; (digit = Digit(text, i)) <= 9; i++)
            time = (time * 10) + digit;
        if (i - start > MaximumSecondDigits)
            return false;

        time *= 1000;
        if (At(text, i) != '.')
            return true;

        var first = ++i;
        var scale = 100;
        for (; (digit = Digit(text, i)) <= 9; i++)
        {
            time += digit * scale;
            scale /= 10;
        }

        return i - first is > 0 and <= 3;
    }

    /// <summary>Reads a value up to its closing quote, at <paramref name="end"/>.</summary>
    private static bool TryValue(ReadOnlySpan<byte> text, int start, out int end, out double value)
    {
        var i = start;
        var isNegative = At(text, i) == '-';
        if (isNegative)
            i++;

        var first = i;
        var digits = 0ul;
        uint digit;
        for (; (digit = Digit(text, i)) <= 9; i++)
            digits = (digits * 10) + digit;

        var count = i - first;
        var decimals = 0;
        if (At(text, i) == '.')
        {
            var point = ++i;
            for (; (digit = Digit(text, i)) <= 9; i++)
                digits = (digits * 10) + digit;

            decimals = i - point;
            count += decimals;
        }

        (end, value) = (i, 0);
        if (At(text, i) != '"' || count == 0)
            return false;

        if (count > MaximumDigits || !DecimalDigits.TryScale(digits, decimals, out value))
            return TryParse(text[start..end], out value);

        value = isNegative ? -value : value;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int At(ReadOnlySpan<byte> text, int index) => (uint)index < (uint)text.Length ? text[index] : -1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Digit(ReadOnlySpan<byte> text, int index) => (uint)index < (uint)text.Length ? (uint)(text[index] - '0') : uint.MaxValue;
}
