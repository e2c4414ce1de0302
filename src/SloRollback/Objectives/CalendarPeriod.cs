using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.TimeZones;

namespace SloRollback.Objectives;

/// <summary>
/// A week, month, quarter or year of the calendar in a time zone, made by <see cref="CompliancePeriod"/>'s methods. A period begins
/// with the first instant of a local day and ends where the next one begins: its days have 23, 24 or 25 hours.
/// </summary>
public sealed record CalendarPeriod : CompliancePeriod
{
    [JsonConstructor]
    internal CalendarPeriod(CalendarUnit unit, string zone = Zones.Utc, IsoDayOfWeek firstDay = IsoDayOfWeek.Monday, int startMonth = 1, int startDay = 1)
    {
        ArgumentNullException.ThrowIfNull(zone);
        Require(Enum.IsDefined(unit), nameof(unit), unit, "A calendar period is a week, month, quarter or year.");
        Require(firstDay is >= IsoDayOfWeek.Monday and <= IsoDayOfWeek.Sunday, nameof(firstDay), firstDay, "A week begins on Monday to Sunday.");
        Require(startMonth is >= 1 and <= 12, nameof(startMonth), startMonth, "A start month is 1 to 12.");
        Require(startDay is >= 1 and <= 31, nameof(startDay), startDay, "A start day is 1 to 31.");
        (Unit, Zone, FirstDay, StartMonth, StartDay) = (unit, zone, firstDay, startMonth, startDay);
    }

    /// <summary>The period's length.</summary>
    public CalendarUnit Unit { get; }

    /// <summary>The tz database's id of the time zone in which days begin, for example <c>Europe/Berlin</c>.</summary>
    /// <value><c>UTC</c>.</value>
    public string Zone { get; }

    /// <summary>The day on which a week begins; other units do not use it.</summary>
    /// <value>Monday.</value>
    public IsoDayOfWeek FirstDay { get; }

    /// <summary>The month in which a year or one of its quarters begins, 1 to 12; other units do not use it.</summary>
    /// <value>1, January.</value>
    public int StartMonth { get; }

    /// <summary>
    /// The day of the month on which a month, quarter or year begins, 1 to 31; a week does not use it. In a month without that day
    /// the period begins on the month's last day: from the 31st, one month begins on 28 or 29 February and the next on 31 March.
    /// </summary>
    /// <value>1.</value>
    public int StartDay { get; }

    // No rule of the calendar makes a period longer in days, but a zone may live through a day twice at the date line.
    internal override Duration LongestLength => Duration.FromDays(1 + Unit switch
    {
        CalendarUnit.Week => 7,
        CalendarUnit.Month => 31,
        CalendarUnit.Quarter => 92,
        _ => 366,
    });

    private int Months => Unit switch { CalendarUnit.Quarter => 3, CalendarUnit.Year => 12, _ => 1 };

    /// <summary>The time zone in which days begin.</summary>
    /// <param name="zones">The time zones that are known.</param>
    /// <exception cref="DateTimeZoneNotFoundException"><see cref="Zone"/> is not among them.</exception>
    public DateTimeZone ZoneIn(IDateTimeZoneProvider zones)
    {
        ArgumentNullException.ThrowIfNull(zones);
        return Zones.Find(Zone, zones);
    }

    /// <summary>
    /// The period that contains an instant: <c>[start, end)</c>. Periods follow one another without gap or overlap. A day whose
    /// midnight is skipped begins with its first instant, and one whose midnight comes twice with the first of the two.
    /// </summary>
    /// <param name="instant">An instant, not within a period of the ends of NodaTime's calendar.</param>
    /// <param name="zone">The time zone of <see cref="ZoneIn"/>.</param>
    public Interval At(Instant instant, DateTimeZone zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var first = StartAtOrBefore(instant.InZone(zone).Date);
        var next = StartAfter(first);

        // Clocks that go back over midnight show the old date again when the new day has begun.
        if (zone.StartOfDay(next) <= instant)
            (first, next) = (next, StartAfter(next));
        return new Interval(zone.StartOfDay(first), zone.StartOfDay(next));
    }

    private static void Require(bool isValid, string parameter, object value, string message)
    {
        if (!isValid)
            throw new ArgumentOutOfRangeException(parameter, value, message);
    }

    private LocalDate StartAtOrBefore(LocalDate date)
    {
        if (Unit == CalendarUnit.Week)
            return date.With(DateAdjusters.PreviousOrSame(FirstDay));

        var monthsIn = (date.Month - StartMonth + 12) % Months;
        var start = StartIn(date.PlusMonths(-monthsIn));
        return start <= date ? start : StartIn(start.PlusMonths(-Months));
    }

    private LocalDate StartAfter(LocalDate start) => Unit == CalendarUnit.Week ? start.PlusWeeks(1) : StartIn(start.PlusMonths(Months));

    // PlusMonths keeps to the month when it lacks the day, so that the month is right whatever the day is.
    private LocalDate StartIn(LocalDate month) =>
        new(month.Year, month.Month, Math.Min(StartDay, CalendarSystem.Iso.GetDaysInMonth(month.Year, month.Month)));
}
