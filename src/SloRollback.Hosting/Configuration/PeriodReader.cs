using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using NodaTime;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Configuration;

/// <summary>
/// Reads a compliance period: the length of a rolling one, the name of a calendar unit, or a section that says its zone and start.
/// </summary>
internal static class PeriodReader
{
    private const string Examples = "30d, week, month, quarter";

    private static readonly string[] Starts = ["StartsOn", "StartMonth", "StartDay"];
    private static readonly string[] Units = [.. Enum.GetValues<CalendarUnit>().Select(CalendarNames.Of)];

    public static CompliancePeriod Default { get; } = CompliancePeriod.Rolling(30);

    /// <summary>The period of an objective; <see langword="null"/> when it is reported as wrong.</summary>
    /// <param name="objective">The objective's place.</param>
    /// <param name="whenAbsent">The period of an objective that says none.</param>
    /// <param name="context">What all readers share.</param>
    public static CompliancePeriod? Read(ConfigurationNode objective, CompliancePeriod whenAbsent, ReaderContext context)
    {
        if (objective.IsAbsent("Period"))
            return whenAbsent;

        var place = objective.Child("Period")!;
        return place.Children.IsEmpty ? ReadText(place, context.Step)
            : place.CheckKeys(KnownKeys.Period) ? ReadSection(place, context.Zones)
            : null;
    }

    private static CompliancePeriod? ReadText(ConfigurationNode place, Duration? step)
    {
        if (!TryParse(place.Text, out var period, out var fault))
            place.Fault(fault);
        else if (period is RollingPeriod rolling && rolling.Length < step)
            place.Fault($"{HumanDuration.Format(rolling.Length)} is shorter than one step, {HumanDuration.Format(step.Value)}");
        else
            return period;

        return null;
    }

    private static bool TryParse(string? text, [NotNullWhen(true)] out CompliancePeriod? period, [NotNullWhen(false)] out string? fault)
    {
        (period, fault) = (null, null);
        if (Number.TryParseName<CalendarUnit>(text, out var unit, out _))
            period = Calendar(unit, ZoneReader.Default);
        else if (!HumanDuration.TryParse(text, out var length, out _))
            fault = $"\"{text}\" is not a period; {Suggestion(text)}examples: {Examples}";
        else if (length <= Duration.Zero || length > RollingPeriod.Maximum)
            fault = $"\"{text}\" is outside its range, more than 0 and at most {HumanDuration.Format(RollingPeriod.Maximum)}";
        else
            period = CompliancePeriod.Rolling(length);
        return period is not null;
    }

    private static string Suggestion(string? text) =>
        Nearest.Find(text ?? "", Units) is { } near ? $"did you mean \"{near}\"? " : "";

    private static CompliancePeriod? ReadSection(ConfigurationNode place, IDateTimeZoneProvider zones)
    {
        var unit = place.Required<CalendarUnit>("Calendar", Number.TryParseName, "\"month\"");
        var zone = ZoneReader.Read(place, zones);
        var firstDay = place.Value<IsoDayOfWeek>("StartsOn", CalendarNames.TryParseDayOfWeek, IsoDayOfWeek.Monday);
        var startMonth = place.Value<int>("StartMonth", CalendarNames.TryParseMonth, 1);
        var startDay = place.Value<int>("StartDay", CalendarNames.TryParseDayOfMonth, 1);
        if (unit is not { } known || !FitsUnit(place, known) || zone is null || firstDay is null || startMonth is null || startDay is null)
            return null;

        return Calendar(known, zone, firstDay.Value, startMonth.Value, startDay.Value);
    }

    private static bool FitsUnit(ConfigurationNode place, CalendarUnit unit)
    {
        ImmutableArray<string> starts = unit switch
        {
            CalendarUnit.Week => ["StartsOn"],
            CalendarUnit.Month => ["StartDay"],
            _ => ["StartMonth", "StartDay"],
        };
        var fits = true;
        foreach (var key in Starts.Where(key => !place.IsAbsent(key) && !starts.Contains(key)))
        {
            place.Fault(key, $"does not apply to a {CalendarNames.Of(unit)}, whose start is said with {string.Join(" and ", starts)}");
            fits = false;
        }

        return fits;
    }

    private static CompliancePeriod Calendar(
        CalendarUnit unit, string zone, IsoDayOfWeek firstDay = IsoDayOfWeek.Monday, int startMonth = 1, int startDay = 1) => unit switch
        {
            CalendarUnit.Week => CompliancePeriod.Week(zone, firstDay),
            CalendarUnit.Month => CompliancePeriod.Month(zone, startDay),
            CalendarUnit.Quarter => CompliancePeriod.Quarter(zone, startMonth, startDay),
            _ => CompliancePeriod.Year(zone, startMonth, startDay),
        };
}
