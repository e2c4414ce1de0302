using System.Diagnostics.CodeAnalysis;
using NodaTime;
using NodaTime.Text;

namespace SloRollback.Hosting.Configuration;

/// <summary>Instants and times of day as ISO 8601 writes them. An instant names its offset: without one it could be any of a day.</summary>
internal static class InstantText
{
    private static readonly OffsetDateTimePattern[] Instants =
    [
        OffsetDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm':'ss;FFFFFFFFFo<G>"),
        OffsetDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mmo<G>"),
    ];

    private static readonly LocalTimePattern[] Times =
    [
        LocalTimePattern.CreateWithInvariantCulture("H':'mm"),
        LocalTimePattern.CreateWithInvariantCulture("H':'mm':'ss;FFFFFFFFF"),
    ];

    public static string Format(Instant instant) => InstantPattern.ExtendedIso.Format(instant);

    public static string Format(LocalTime time) => LocalTimePattern.ExtendedIso.Format(time);

    public static bool TryParse(string? text, out Instant instant, [NotNullWhen(false)] out string? fault)
    {
        fault = null;
        foreach (var pattern in Instants)
        {
            if (pattern.Parse(text?.Trim() ?? "") is { Success: true } parsed)
            {
                instant = parsed.Value.ToInstant();
                return true;
            }
        }

        instant = default;
        fault = $"\"{text}\" is not an instant with its offset; examples: 2026-03-01T10:00:00Z, 2026-03-01T11:00+01:00";
        return false;
    }

    public static bool TryParseTime(string? text, out LocalTime time, [NotNullWhen(false)] out string? fault)
    {
        foreach (var pattern in Times)
        {
            if (pattern.Parse(text?.Trim() ?? "").TryGetValue(default, out time))
            {
                fault = null;
                return true;
            }
        }

        time = default;
        fault = $"\"{text}\" is not a time of day; examples: 02:00, 23:30";
        return false;
    }
}
