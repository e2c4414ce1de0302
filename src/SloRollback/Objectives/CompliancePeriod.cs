using System.Text.Json.Serialization;
using NodaTime;

namespace SloRollback.Objectives;

/// <summary>The period over which an objective is to be met. The kinds are the sealed records that derive from it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(RollingPeriod), "rolling")]
[JsonDerivedType(typeof(CalendarPeriod), "calendar")]
public abstract record CompliancePeriod
{
    private protected CompliancePeriod()
    {
    }

    /// <summary>No period of this kind is longer, in any time zone.</summary>
    internal abstract Duration LongestLength { get; }

    /// <summary>The last so many days, at any time.</summary>
    /// <param name="days">1 to 366.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 1 or more than 366 days.</exception>
    public static CompliancePeriod Rolling(int days) => Rolling(Duration.FromDays(days));

    /// <summary>The last stretch of a given length, at any time. Days are usual; shorter ones serve tests and demonstrations.</summary>
    /// <param name="length">More than 0, at most 366 days.</param>
    /// <exception cref="ArgumentOutOfRangeException">0 or less, or more than 366 days.</exception>
    public static CompliancePeriod Rolling(Duration length) => new RollingPeriod(length);

    /// <summary>The week of the calendar.</summary>
    /// <param name="zone">The tz database's id of the time zone in which days begin. An unknown one is found when the zone is needed.</param>
    /// <param name="firstDay">The day on which the week begins.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not a day of the week.</exception>
    public static CompliancePeriod Week(string zone = Zones.Utc, IsoDayOfWeek firstDay = IsoDayOfWeek.Monday) =>
        new CalendarPeriod(CalendarUnit.Week, zone, firstDay);

    /// <summary>The month of the calendar.</summary>
    /// <param name="zone">The tz database's id of the time zone in which days begin. An unknown one is found when the zone is needed.</param>
    /// <param name="startDay">The day on which the month begins, 1 to 31; where a month lacks it, its last day.</param>
    /// <exception cref="ArgumentOutOfRangeException">A day outside its range.</exception>
    public static CompliancePeriod Month(string zone = Zones.Utc, int startDay = 1) =>
        new CalendarPeriod(CalendarUnit.Month, zone, startDay: startDay);

    /// <summary>The quarter of a year of the calendar.</summary>
    /// <param name="zone">The tz database's id of the time zone in which days begin. An unknown one is found when the zone is needed.</param>
    /// <param name="startMonth">A month in which a quarter begins, 1 to 12; 2 means February, May, August and November.</param>
    /// <param name="startDay">The day on which the quarter begins, 1 to 31; where the month lacks it, its last day.</param>
    /// <exception cref="ArgumentOutOfRangeException">A month or day outside its range.</exception>
    public static CompliancePeriod Quarter(string zone = Zones.Utc, int startMonth = 1, int startDay = 1) =>
        new CalendarPeriod(CalendarUnit.Quarter, zone, startMonth: startMonth, startDay: startDay);

    /// <summary>The year of the calendar, or a financial year that begins on another day.</summary>
    /// <param name="zone">The tz database's id of the time zone in which days begin. An unknown one is found when the zone is needed.</param>
    /// <param name="startMonth">The month in which the year begins, 1 to 12.</param>
    /// <param name="startDay">The day on which the year begins, 1 to 31; where the month lacks it, its last day.</param>
    /// <exception cref="ArgumentOutOfRangeException">A month or day outside its range.</exception>
    public static CompliancePeriod Year(string zone = Zones.Utc, int startMonth = 1, int startDay = 1) =>
        new CalendarPeriod(CalendarUnit.Year, zone, startMonth: startMonth, startDay: startDay);
}
