using System.Collections.Immutable;
using NodaTime;
using NodaTime.TimeZones;

namespace SloRollback.Objectives;

/// <summary>
/// A downtime that comes again at the same local time: on every day, on days of the week or on days of the month. Where clocks skip
/// that time, the occurrence begins as much later as they skip (02:30 becomes 03:30); where it comes twice, at the first. It then
/// lasts its length in elapsed time. Occurrences may overlap.
/// </summary>
public sealed record RecurringDowntime : Downtime
{
    /// <summary>The longest occurrence.</summary>
    public static readonly Duration MaximumLength = Duration.FromDays(7);

    /// <summary>
    /// Days of the week on which it occurs, in the order of the week. With <see cref="DaysOfMonth"/> it occurs on the days of either;
    /// when both are empty, on every day.
    /// </summary>
    /// <value>Empty.</value>
    /// <exception cref="ArgumentOutOfRangeException">Not a day of the week.</exception>
    public ImmutableArray<IsoDayOfWeek> DaysOfWeek
    {
        get => field.IsDefault ? [] : field;
        init => field = SetOf(value, IsoDayOfWeek.Monday, IsoDayOfWeek.Sunday, "A day of the week is Monday to Sunday.");
    } = [];

    /// <summary>
    /// Days of the month on which it occurs, 1 to 31, ascending. In a month that lacks some of them it occurs on the month's last day
    /// instead, once: 30 and 31 both mean 28 or 29 February. With <see cref="DaysOfWeek"/> it occurs on the days of either; when both
    /// are empty, on every day.
    /// </summary>
    /// <value>Empty.</value>
    /// <exception cref="ArgumentOutOfRangeException">A day outside its range.</exception>
    public ImmutableArray<int> DaysOfMonth
    {
        get => field.IsDefault ? [] : field;
        init => field = SetOf(value, 1, 31, "A day of the month is 1 to 31.");
    } = [];

    /// <summary>The local time at which an occurrence begins.</summary>
    public required LocalTime TimeOfDay { get; init; }

    /// <summary>How long an occurrence lasts in elapsed time: more than 0, at most <see cref="MaximumLength"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">0 or less, or more than <see cref="MaximumLength"/>.</exception>
    public required Duration Length
    {
        get;
        init => field = value > Duration.Zero && value <= MaximumLength
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A recurring downtime is longer than 0 and at most 7 days.");
    }

    /// <summary>The tz database's id of the time zone of days and time, for example <c>Europe/Berlin</c>.</summary>
    /// <value><c>UTC</c>.</value>
    public string Zone { get; init => field = value ?? Zones.Utc; } = Zones.Utc;

    /// <summary>Nothing before it is downtime: an occurrence that has begun is cut. <see langword="null"/> for no such limit.</summary>
    public Instant? From { get; init; }

    /// <summary>Nothing from it on is downtime: an occurrence that goes on is cut. <see langword="null"/> for no such limit.</summary>
    public Instant? Until { get; init; }

    /// <summary>The time zone of days and time.</summary>
    /// <param name="zones">The time zones that are known.</param>
    /// <exception cref="DateTimeZoneNotFoundException"><see cref="Zone"/> is not among them.</exception>
    public DateTimeZone ZoneIn(IDateTimeZoneProvider zones)
    {
        ArgumentNullException.ThrowIfNull(zones);
        return Zones.Find(Zone, zones);
    }

    /// <inheritdoc/>
    public bool Equals(RecurringDowntime? other) =>
        base.Equals(other) && (TimeOfDay, Length, Zone, From, Until) == (other.TimeOfDay, other.Length, other.Zone, other.From, other.Until)
        && DaysOfWeek.SequenceEqual(other.DaysOfWeek) && DaysOfMonth.SequenceEqual(other.DaysOfMonth);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), TimeOfDay, Length, Zone, From, Until);

    internal override IEnumerable<Interval> Occurrences(Instant from, Instant to, IDateTimeZoneProvider zones)
    {
        var zone = ZoneIn(zones);

        // A day more at either end: where a zone crosses the date line, a local date is up to a day away from where its time comes.
        var last = to.InZone(zone).Date.PlusDays(1);
        for (var date = (from - Length).InZone(zone).Date.PlusDays(-1); date <= last; date = date.PlusDays(1))
        {
            if (!OccursOn(date))
                continue;

            var occurs = zone.AtLeniently(date + TimeOfDay).ToInstant();
            var start = Instant.Max(occurs, From ?? occurs);
            var end = Instant.Min(occurs + Length, Until ?? Instant.MaxValue);
            if (start < end && start < to && end > from)
                yield return new Interval(start, end);
        }
    }

    private static ImmutableArray<T> SetOf<T>(ImmutableArray<T> days, T first, T last, string message) where T : struct
    {
        if (days.IsDefault)
            return [];

        var order = Comparer<T>.Default;
        foreach (var day in days)
        {
            if (order.Compare(day, first) < 0 || order.Compare(day, last) > 0)
                throw new ArgumentOutOfRangeException(nameof(days), day, message);
        }

        return [.. days.Distinct().Order()];
    }

    private bool OccursOn(LocalDate date)
    {
        if (DaysOfWeek.IsEmpty && DaysOfMonth.IsEmpty)
            return true;

        var isLastOfMonth = date.Day == date.Calendar.GetDaysInMonth(date.Year, date.Month);
        return DaysOfWeek.Contains(date.DayOfWeek)
            || DaysOfMonth.Contains(date.Day)
            || (isLastOfMonth && DaysOfMonth is [.., var latest] && latest > date.Day);
    }
}
