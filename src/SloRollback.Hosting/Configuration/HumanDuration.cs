using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Text;
using NodaTime;

namespace SloRollback.Hosting.Configuration;

/// <summary>
/// Durations as people write them: numbers with units, the longest unit first and each at most once, such as <c>1h30m</c>,
/// <c>500ms</c>, <c>1.5h</c> or <c>7d</c>. Units are <c>w d h m s ms</c>; <c>0</c> needs none. Reading what
/// <see cref="Format"/> wrote gives the same duration, to the nanosecond.
/// </summary>
internal static class HumanDuration
{
    public const string Examples = "500ms, 30s, 1h30m, 7d";

    private const decimal Millisecond = 1_000_000m;
    private const int LongestNumber = 20;

    // From the longest to the shortest; weeks are read but never written, since "7d" is what the rest of the field writes.
    private static readonly (string Name, decimal Nanoseconds, bool IsWritten)[] Units =
    [
        ("w", 7 * 86_400_000 * Millisecond, false),
        ("d", 86_400_000 * Millisecond, true),
        ("h", 3_600_000 * Millisecond, true),
        ("m", 60_000 * Millisecond, true),
        ("s", 1_000 * Millisecond, true),
        ("ms", Millisecond, true),
    ];

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");
    private static readonly decimal Longest = Nanoseconds(Duration.MaxValue);

    /// <summary>The length in nanoseconds, exact.</summary>
    public static decimal Nanoseconds(Duration duration) => (decimal)duration.ToBigIntegerNanoseconds();

    public static bool TryParse(string? text, out Duration duration, [NotNullWhen(false)] out string? fault)
    {
        if (ReadNanoseconds((text ?? "").AsSpan().Trim()) is { } nanoseconds)
        {
            duration = Duration.FromNanoseconds(new BigInteger(nanoseconds));
            fault = null;
            return true;
        }

        duration = default;
        fault = $"\"{text}\" is not a duration; examples: {Examples}";
        return false;
    }

    public static string Format(Duration duration)
    {
        var rest = Nanoseconds(duration);
        if (rest == 0)
            return "0s";

        var text = new StringBuilder();
        if (rest < 0)
        {
            text.Append('-');
            rest = -rest;
        }

        foreach (var (name, length, _) in Units.Where(unit => unit.IsWritten))
        {
            // Whatever is left below a millisecond is written as its decimals.
            var count = length == Millisecond ? rest / length : decimal.Floor(rest / length);
            rest -= count * length;
            if (count != 0)
                text.Append(CultureInfo.InvariantCulture, $"{count:0.######}{name}");
        }

        return text.ToString();
    }

    /// <summary>The sum of all parts, or <see langword="null"/> when the text is no duration.</summary>
    private static decimal? ReadNanoseconds(ReadOnlySpan<char> text)
    {
        if (text is "0")
            return 0;

        var total = 0m;
        var nextUnit = 0;
        var parts = 0;
        while (!text.IsEmpty)
        {
            if (!TakeNumber(ref text, out var number) || TakeUnit(ref text, nextUnit) is not { } unit)
                return null;

            nextUnit = unit + 1;
            parts++;
            if (number > Longest / Units[unit].Nanoseconds)
                return null;

            var nanoseconds = number * Units[unit].Nanoseconds;
            total += nanoseconds;
            if (total > Longest || nanoseconds != decimal.Truncate(nanoseconds))
                return null;
        }

        return parts == 0 ? null : total;
    }

    private static bool TakeNumber(ref ReadOnlySpan<char> text, out decimal number)
    {
        var length = text.IndexOfAnyExcept(Digits);
        var digits = text[..Math.Max(length, 0)];
        text = text[digits.Length..].TrimStart();
        number = 0;
        return digits.Length is > 0 and <= LongestNumber
            && digits[0] != '.'
            && digits[^1] != '.'
            && decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }

    private static int? TakeUnit(ref ReadOnlySpan<char> text, int first)
    {
        var length = text.IndexOfAnyExceptInRange('a', 'z');
        var name = length < 0 ? text : text[..length];
        text = text[name.Length..].TrimStart();
        for (var i = first; i < Units.Length; i++)
        {
            if (name.SequenceEqual(Units[i].Name))
                return i;
        }

        return null;
    }
}
