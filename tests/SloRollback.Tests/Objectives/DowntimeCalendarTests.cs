namespace SloRollback.Tests.Objectives;

public sealed class DowntimeCalendarTests
{
    private static readonly IDateTimeZoneProvider Tzdb = DateTimeZoneProviders.Tzdb;

    [DiceProperty(MaxTest = 400)]
    public void Steps_that_touch_downtime_are_those_that_a_walk_over_all_days_finds_in_any_order(Dice dice)
    {
        var near = NearTransition(dice);
        var downtimes = dice.Some(4, _ => Weird.Downtime(dice, near));
        var naive = Naive(downtimes, near);
        var calendar = new DowntimeCalendar(downtimes, Tzdb);
        var questions = Enumerable.Range(0, 60).Select(_ => Question(dice, near, naive)).ToArray();
        if (dice.Chance(0.5)) questions = [.. questions.OrderBy(q => q.Start)];
        foreach (var (start, end) in questions)
            Assert.Equal(naive.Exists(o => start < end && o.Start < end && start < o.End), calendar.Touches(start, end));
    }

    [DiceProperty]
    public void Downtime_of_a_stretch_is_whole_ordered_and_apart(Dice dice)
    {
        var near = NearTransition(dice);
        var downtimes = dice.Some(4, _ => Weird.Downtime(dice, near));
        var naive = Naive(downtimes, near);
        var (from, to) = Question(dice, near, naive);
        to += Duration.FromHours(dice.Between(0, 500));
        var found = new DowntimeCalendar(downtimes, Tzdb).Between(from, to).ToList();

        // In a stretch cut at every edge of an occurrence, each piece is downtime or is not.
        var edges = naive.SelectMany(o => new[] { o.Start, o.End }).Append(from).Append(to).Where(e => e >= from && e <= to).Distinct().Order().ToList();
        foreach (var (start, end) in edges.Zip(edges.Skip(1)))
            Assert.Equal(naive.Exists(o => o.Start <= start && o.End >= end), found.Exists(f => f.Start <= start && f.End >= end));
        Assert.All(found, f => Assert.True(from <= f.Start && f.Start < f.End && f.End <= to));
        Assert.All(found.Zip(found.Skip(1)), pair => Assert.True(pair.First.End < pair.Second.Start));
        Assert.All(found, f => Assert.True(edges.Contains(f.Start) && edges.Contains(f.End)));
    }

    [DiceProperty(MaxTest = 20)]
    public void Every_minute_of_months_asked_in_order_is_answered_as_a_fresh_calendar_does(Dice dice)
    {
        var near = NearTransition(dice);
        var downtimes = dice.Some(3, _ => Weird.Downtime(dice, near));
        var calendar = new DowntimeCalendar(downtimes, Tzdb);
        var expected = new DowntimeCalendar(downtimes, Tzdb).Between(near, near + Duration.FromDays(90)).ToList();
        for (var i = 0; i < 90 * 1440; i += 7)
        {
            var (start, end) = (near + Duration.FromMinutes(i), near + Duration.FromMinutes(i + 1));
            if (calendar.Touches(start, end) != expected.Exists(o => o.Start < end && start < o.End)) Assert.Fail($"{start}");
        }
    }

    [Fact]
    public void Steps_in_rising_order_allocate_nothing_while_the_remembered_stretch_lasts()
    {
        var calendar = new DowntimeCalendar([Daily(2, 30, Given.Hour), Daily(3, 0, Given.Hour) with { Zone = "UTC" }], Tzdb);
        var touched = 0;
        void Ask(int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                if (calendar.Touches(Given.At(i), Given.At(i + 1))) touched++;
            }
        }

        Ask(0, 2000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Ask(2000, 20_000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(touched > 1000);
    }

    [Fact]
    public void Touching_needs_a_common_instant()
    {
        var calendar = new DowntimeCalendar([OneOff(10, 20)], Tzdb);
        Assert.False(calendar.Touches(Given.At(9), Given.At(10)));
        Assert.True(calendar.Touches(Given.At(9), Given.At(10) + Duration.Epsilon));
        Assert.True(calendar.Touches(Given.At(12), Given.At(13)));
        Assert.True(calendar.Touches(Given.At(0), Given.At(100_000)));
        Assert.True(calendar.Touches(Given.At(20) - Duration.Epsilon, Given.At(21)));
        Assert.False(calendar.Touches(Given.At(20), Given.At(21)));
        Assert.False(calendar.Touches(Given.At(15), Given.At(15)));
        Assert.False(calendar.Touches(Given.At(16), Given.At(15)));
    }

    [Fact]
    public void Without_downtime_nothing_touches()
    {
        foreach (var calendar in new[] { new DowntimeCalendar([], Tzdb), new DowntimeCalendar([OneOff(20, 20), OneOff(20, 10)], Tzdb) })
        {
            Assert.False(calendar.Touches(Given.At(0), Given.At(100)));
            Assert.Empty(calendar.Between(Given.At(0), Given.At(100)));
            Assert.Empty(calendar.Between(Given.At(100), Given.At(0)));
        }
    }

    [Fact]
    public void A_downtime_without_end_may_be_asked_about_at_any_time()
    {
        var calendar = new DowntimeCalendar([OneOff(10, 20) with { End = Instant.MaxValue }], Tzdb);
        Assert.True(calendar.Touches(Given.At(5_000_000), Given.At(5_000_001)));
        Assert.Equal([new Interval(Given.At(10), Given.At(60))], calendar.Between(Given.At(0), Given.At(60)));
    }

    [Fact]
    public void What_overlaps_or_meets_is_one() => Assert.Equal(
        [new Interval(Given.At(5), Given.At(30)), new Interval(Given.At(31), Given.At(40))],
        new DowntimeCalendar([OneOff(31, 50), OneOff(20, 30), OneOff(0, 20), OneOff(12, 13), OneOff(50, 60)], Tzdb).Between(Given.At(5), Given.At(40)));

    [Fact]
    public void A_time_that_clocks_skip_comes_as_much_later_and_one_that_comes_twice_comes_once()
    {
        var nightly = Daily(2, 30, Given.Hour);
        Assert.Equal(["03-28T01:30 02:30", "03-29T01:30 02:30", "03-30T00:30 01:30"], Days(nightly, Instant.FromUtc(2026, 3, 28, 0, 0), 3));
        Assert.Equal(["10-24T00:30 01:30", "10-25T00:30 01:30", "10-26T01:30 02:30"], Days(nightly, Instant.FromUtc(2026, 10, 24, 0, 0), 3));
    }

    [Fact]
    public void The_length_is_elapsed_time_when_clocks_change_meanwhile()
    {
        var night = Daily(0, 0, Duration.FromHours(6));
        Assert.Equal(["03-28T23:00 05:00", "10-24T22:00 04:00"], [.. Days(night, Instant.FromUtc(2026, 3, 28, 12, 0), 1), .. Days(night, Instant.FromUtc(2026, 10, 24, 12, 0), 1)]);
    }

    [Fact]
    public void A_day_that_a_zone_skipped_has_its_occurrence_with_the_day_after()
    {
        var daily = Daily(10, 0, Given.Hour) with { Zone = "Pacific/Apia" };
        Assert.Equal(["12-29T20:00 21:00", "12-30T20:00 21:00"], Days(daily, Instant.FromUtc(2011, 12, 29, 12, 0), 2));
        Assert.Equal(["12-30T20:00 21:00"], Days(daily with { DaysOfMonth = [30] }, Instant.FromUtc(2011, 12, 28, 12, 0), 4));
        Assert.Equal(["12-30T20:30 21:00"], Days(daily with { DaysOfMonth = [30] }, Instant.FromUtc(2011, 12, 30, 20, 30), 4));
    }

    [Fact]
    public void An_occurrence_counts_from_its_start_when_clocks_then_show_the_day_before_again()
    {
        var sunday = Daily(0, 0, Duration.FromMinutes(90)) with { Zone = "America/St_Johns", DaysOfWeek = [IsoDayOfWeek.Sunday] };
        var calendar = new DowntimeCalendar([sunday], Tzdb);
        var (begins, lateOnSaturday) = (Instant.FromUtc(2006, 10, 29, 2, 30), Instant.FromUtc(2006, 10, 29, 3, 0));
        Assert.Equal([new Interval(begins, lateOnSaturday)], calendar.Between(begins - Given.Hour, lateOnSaturday));
    }

    [Fact]
    public void Days_of_the_week_and_of_the_month_choose_the_days()
    {
        var daily = Daily(12, 0, Given.Hour) with { Zone = "UTC" };
        var january = Instant.FromUtc(2027, 1, 1, 0, 0);
        Assert.Equal(59, Days(daily, january, 59).Length);
        Assert.Equal(["01-02", "01-03", "01-09", "01-10"], Dates(daily with { DaysOfWeek = [IsoDayOfWeek.Sunday, IsoDayOfWeek.Saturday] }, january, 14));
        Assert.Equal(["01-01", "01-15", "02-01", "02-15"], Dates(daily with { DaysOfMonth = [15, 1] }, january, 59));
        Assert.Equal(["01-30", "01-31", "02-28", "03-30", "03-31", "04-30"], Dates(daily with { DaysOfMonth = [31, 30] }, january, 120));
        Assert.Equal(["01-29", "02-29", "03-29"], Dates(daily with { DaysOfMonth = [29] }, Instant.FromUtc(2028, 1, 1, 0, 0), 90));
        Assert.Equal(["01-01", "01-04", "01-11"], Dates(daily with { DaysOfWeek = [IsoDayOfWeek.Monday], DaysOfMonth = [1] }, january, 14));
    }

    [Fact]
    public void Outside_its_limits_a_recurring_downtime_is_cut()
    {
        var daily = Daily(12, 0, Given.Hour) with { Zone = "UTC", From = Instant.FromUtc(2026, 6, 2, 12, 20), Until = Instant.FromUtc(2026, 6, 4, 12, 10) };
        Assert.Equal(["06-02T12:20 13:00", "06-03T12:00 13:00", "06-04T12:00 12:10"], Days(daily, Instant.FromUtc(2026, 6, 1, 0, 0), 10));
    }

    [Fact]
    public void Days_are_a_set()
    {
        var downtime = Daily(1, 0, Given.Hour) with { DaysOfMonth = [31, 1, 31], DaysOfWeek = [IsoDayOfWeek.Sunday, IsoDayOfWeek.Monday, IsoDayOfWeek.Sunday] };
        Assert.Equal([1, 31], downtime.DaysOfMonth);
        Assert.Equal([IsoDayOfWeek.Monday, IsoDayOfWeek.Sunday], downtime.DaysOfWeek);
        var same = downtime with { DaysOfMonth = [1, 31], DaysOfWeek = [IsoDayOfWeek.Monday, IsoDayOfWeek.Sunday] };
        Assert.Equal((same, same.GetHashCode()), (downtime, downtime.GetHashCode()));
        Assert.NotEqual(downtime with { DaysOfMonth = [1] }, downtime);
        Assert.NotEqual(downtime with { DaysOfWeek = [] }, downtime);
        Assert.NotEqual(downtime with { Reason = "other" }, downtime);
        Assert.NotEqual(downtime with { Until = Given.T0 }, downtime);
        Assert.Empty((downtime with { DaysOfMonth = default }).DaysOfMonth);
    }

    [Fact]
    public void What_is_outside_its_range_is_refused()
    {
        var good = Daily(1, 0, Given.Hour);
        foreach (var day in new[] { 0, 32, -1 }) Assert.Throws<ArgumentOutOfRangeException>(() => good with { DaysOfMonth = [1, day] });
        foreach (var day in new[] { 0, 8 }) Assert.Throws<ArgumentOutOfRangeException>(() => good with { DaysOfWeek = [(IsoDayOfWeek)day] });
        foreach (var length in new[] { Duration.Zero, -Given.Hour, RecurringDowntime.MaximumLength + Duration.Epsilon })
            Assert.Throws<ArgumentOutOfRangeException>(() => good with { Length = length });
        Assert.Equal(Duration.FromDays(7), (good with { Length = RecurringDowntime.MaximumLength }).Length);
    }

    [Fact]
    public void An_unknown_zone_is_named_before_anything_is_asked()
    {
        var error = Assert.Throws<NodaTime.TimeZones.DateTimeZoneNotFoundException>(
            () => new DowntimeCalendar([Daily(1, 0, Given.Hour) with { Zone = "Mars/Olympus" }], Tzdb));
        Assert.Contains("\"Mars/Olympus\" is not a time zone", error.Message, StringComparison.Ordinal);
    }

    private static OneOffDowntime OneOff(double start, double end) => new() { Id = "move", Start = Given.At(start), End = Given.At(end) };

    private static RecurringDowntime Daily(int hour, int minute, Duration length) =>
        new() { Id = "backup", TimeOfDay = new LocalTime(hour, minute), Length = length, Zone = "Europe/Berlin" };

    private static string[] Days(Downtime downtime, Instant from, int days) =>
    [
        .. new DowntimeCalendar([downtime], Tzdb).Between(from, from + Duration.FromDays(days)).Select(o =>
            o.Start.ToString("MM-dd'T'HH:mm", CultureInfo.InvariantCulture) + o.End.ToString(" HH:mm", CultureInfo.InvariantCulture)),
    ];

    private static string[] Dates(Downtime downtime, Instant from, int days) => [.. Days(downtime, from, days).Select(o => o[..5])];

    // A stretch that is long enough for the questions, the occurrences that reach into it, and the date line.
    private static List<Interval> Naive(ImmutableArray<Downtime> downtimes, Instant near)
    {
        var day = near.InUtc().Date;
        return [.. downtimes.SelectMany(d => NaiveCalendar.Occurrences(d, day.PlusDays(-70), day.PlusDays(130)))];
    }

    // Often at the very edge of an occurrence; as long as a step, a slice, nothing or weeks; up to 45 days off.
    private static (Instant Start, Instant End) Question(Dice dice, Instant near, List<Interval> occurrences)
    {
        var close = occurrences.Where(o => o.Start > near - Duration.FromDays(45) && o.End < near + Duration.FromDays(45)).ToArray();
        var start = near + Duration.FromMinutes(dice.Between(-45 * 1440, 45 * 1440));
        if (close.Length > 0 && dice.Chance(0.7))
        {
            var edge = dice.Of(close);
            start = dice.Of(edge.Start, edge.End, edge.Start - Given.Minute) + dice.Of(Duration.Zero, Duration.Epsilon, -Duration.Epsilon, Given.Minute);
        }

        return (start, start + dice.Of(Given.Minute, Given.Minute, Duration.FromMinutes(5), Duration.Zero, Duration.Epsilon, Duration.FromDays(40)));
    }

    private static Instant NearTransition(Dice dice) => dice.Of(
        Instant.FromUtc(2026, 3, 29, 1, 0),
        Instant.FromUtc(2026, 10, 25, 1, 0),
        Instant.FromUtc(2018, 11, 4, 3, 0),
        Instant.FromUtc(2018, 2, 18, 3, 0),
        Instant.FromUtc(2023, 4, 27, 22, 0),
        Instant.FromUtc(2006, 10, 29, 2, 31),
        Instant.FromUtc(2011, 12, 30, 10, 0),
        Instant.FromUtc(1993, 8, 21, 12, 0),
        Instant.FromUtc(2028, 2, 29, 0, 0),
        Instant.FromUtc(dice.Between(1990, 2049), dice.Between(1, 12), dice.Between(1, 28), 12, 0));
}
