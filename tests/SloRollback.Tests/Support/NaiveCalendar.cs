using NodaTime.TimeZones;

namespace SloRollback.Tests.Support;

/// <summary>What calendar periods and downtimes must agree with: a walk over every day of the calendar.</summary>
internal static class NaiveCalendar
{
    /// <summary>Every zone of the tz database once: an alias has the rules of its canonical zone.</summary>
    public static readonly ImmutableArray<DateTimeZone> Zones =
    [
        .. TzdbDateTimeZoneSource.Default.CanonicalIdMap.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(id => DateTimeZoneProviders.Tzdb[id]),
    ];

    /// <summary>Days on which a period begins, judged one by one.</summary>
    public static List<LocalDate> Starts(CalendarPeriod period, LocalDate from, LocalDate to) => [.. Days(from, to).Where(day => Begins(period, day))];

    public static Instant StartOfDay(DateTimeZone zone, LocalDate day)
    {
        try
        {
            return zone.AtStartOfDay(day).ToInstant();
        }
        catch (SkippedTimeException)
        {
            return StartOfDay(zone, day.PlusDays(1));
        }
    }

    /// <summary>What is downtime, in pieces: one for each local day that has an occurrence.</summary>
    public static List<Interval> Occurrences(Downtime downtime, LocalDate from, LocalDate to)
    {
        if (downtime is OneOffDowntime oneOff)
            return oneOff.Start < oneOff.End ? [new Interval(oneOff.Start, oneOff.End)] : [];

        var recurring = (RecurringDowntime)downtime;
        var zone = DateTimeZoneProviders.Tzdb[recurring.Zone];
        var pieces = new List<Interval>();
        foreach (var day in Days(from, to).Where(day => Occurs(recurring, day)))
        {
            var start = Lenient(zone, day.At(recurring.TimeOfDay));
            var end = start + recurring.Length;
            if (recurring.From > start) start = recurring.From.Value;
            if (recurring.Until < end) end = recurring.Until.Value;
            if (start < end) pieces.Add(new Interval(start, end));
        }

        return pieces;
    }

    private static IEnumerable<LocalDate> Days(LocalDate from, LocalDate to)
    {
        for (var day = from; day <= to; day = day.PlusDays(1)) yield return day;
    }

    private static bool Begins(CalendarPeriod period, LocalDate day) => period.Unit switch
    {
        CalendarUnit.Week => day.DayOfWeek == period.FirstDay,
        CalendarUnit.Month => IsDayOfMonth(day, period.StartDay),
        CalendarUnit.Quarter => (day.Month + 12 - period.StartMonth) % 3 == 0 && IsDayOfMonth(day, period.StartDay),
        _ => day.Month == period.StartMonth && IsDayOfMonth(day, period.StartDay),
    };

    private static bool Occurs(RecurringDowntime downtime, LocalDate day) =>
        (downtime.DaysOfWeek.IsEmpty && downtime.DaysOfMonth.IsEmpty)
        || downtime.DaysOfWeek.Contains(day.DayOfWeek)
        || downtime.DaysOfMonth.Any(wanted => IsDayOfMonth(day, wanted));

    // The wanted day itself, or the last day of a month without it.
    private static bool IsDayOfMonth(LocalDate day, int wanted) => day.Day == wanted || (day.Day < wanted && day.PlusDays(1).Day == 1);

    private static Instant Lenient(DateTimeZone zone, LocalDateTime local)
    {
        var found = zone.MapLocal(local);
        return found.Count > 0 ? found.First().ToInstant() : local.WithOffset(found.EarlyInterval.WallOffset).ToInstant();
    }
}
