using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using NodaTime;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Configuration;

/// <summary>Days and months as configuration writes them: by their English name or its first three letters, or as a number.</summary>
internal static class CalendarNames
{
    private const int Letters = 3;

    private static readonly string[] Days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    private static readonly string[] Months =
    [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ];

    public static string Of(IsoDayOfWeek day) => Days[(int)day - 1];

    /// <summary>The unit as it is written for short.</summary>
    public static string Of(CalendarUnit unit) => unit switch
    {
        CalendarUnit.Week => "week",
        CalendarUnit.Month => "month",
        CalendarUnit.Quarter => "quarter",
        CalendarUnit.Year => "year",
        _ => unit.ToString(),
    };

    public static bool TryParseDayOfWeek(string? text, out IsoDayOfWeek day, [NotNullWhen(false)] out string? fault)
    {
        day = (IsoDayOfWeek)(IndexOf(text, Days) + 1);
        fault = day == IsoDayOfWeek.None ? NotOne(text, "a day of the week", Days, "Monday, Thu") : null;
        return fault is null;
    }

    public static bool TryParseMonth(string? text, out int month, [NotNullWhen(false)] out string? fault)
    {
        month = IndexOf(text, Months) + 1;
        if (month == 0 && !IsNumber(text, 12, out month))
        {
            fault = NotOne(text, "a month", Months, "April, 4");
            return false;
        }

        fault = null;
        return true;
    }

    public static bool TryParseDayOfMonth(string? text, out int day, [NotNullWhen(false)] out string? fault)
    {
        fault = IsNumber(text, 31, out day) ? null : $"\"{text}\" is not a day of the month; it is 1 to 31";
        return fault is null;
    }

    private static bool IsNumber(string? text, int highest, out int number) =>
        int.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 1 && number <= highest;

    private static int IndexOf(string? text, string[] names)
    {
        var trimmed = text?.Trim() ?? "";
        return Array.FindIndex(names, name =>
            string.Equals(name, trimmed, StringComparison.OrdinalIgnoreCase)
            || string.Equals(name[..Letters], trimmed, StringComparison.OrdinalIgnoreCase));
    }

    private static string NotOne(string? text, string what, string[] names, string examples) =>
        Nearest.Find(text?.Trim() ?? "", names) is { } near
            ? $"\"{text}\" is not {what}; did you mean \"{near}\"?"
            : $"\"{text}\" is not {what}; examples: {examples}";
}
