namespace SloRollback.Tests.Objectives;

public sealed class CalendarPeriodTests
{
    public static TheoryData<CalendarPeriod> Periods =>
    [
        .. new[]
        {
            CompliancePeriod.Week(), CompliancePeriod.Week(firstDay: IsoDayOfWeek.Friday), CompliancePeriod.Week(firstDay: IsoDayOfWeek.Sunday),
            CompliancePeriod.Month(), CompliancePeriod.Month(startDay: 17), CompliancePeriod.Month(startDay: 29), CompliancePeriod.Month(startDay: 31),
            CompliancePeriod.Quarter(), CompliancePeriod.Quarter(startMonth: 11, startDay: 30), CompliancePeriod.Quarter(startMonth: 3, startDay: 31),
            CompliancePeriod.Year(), CompliancePeriod.Year(startMonth: 2, startDay: 29), CompliancePeriod.Year(startMonth: 12, startDay: 30),
        }.Cast<CalendarPeriod>(),
    ];

    [Theory]
    [MemberData(nameof(Periods))]
    public void Periods_partition_time_in_every_zone_of_the_tz_database_from_1990_to_2050(CalendarPeriod period)
    {
        var days = NaiveCalendar.Starts(period, new LocalDate(1988, 12, 1), new LocalDate(2051, 12, 31));
        Assert.True(NaiveCalendar.Zones.Length > 300);
        foreach (var zone in NaiveCalendar.Zones)
        {
            var starts = days.ConvertAll(day => NaiveCalendar.StartOfDay(zone, day));
            for (var i = 0; i + 1 < starts.Count; i++)
            {
                var expected = new Interval(starts[i], starts[i + 1]);
                AssertPeriod(expected, period, zone, expected.Start);
                AssertPeriod(expected, period, zone, expected.End - Duration.Epsilon);
                Assert.True(expected.Duration <= period.LongestLength, zone.Id);
            }
        }
    }

    [DiceProperty]
    public void An_instant_lies_in_the_one_period_of_the_walk_that_contains_it(Dice dice)
    {
        var period = Weird.CalendarPeriod(dice);
        var zone = period.ZoneIn(DateTimeZoneProviders.Tzdb);
        var instant = NearTransition(dice, zone);
        var day = instant.InUtc().Date;
        var starts = NaiveCalendar.Starts(period, day.PlusDays(-370), day.PlusDays(370)).ConvertAll(d => NaiveCalendar.StartOfDay(zone, d));
        var expected = Assert.Single(starts.Zip(starts.Skip(1), (start, end) => new Interval(start, end)), p => p.Contains(instant));
        Assert.Equal(expected, period.At(instant, zone));
    }

    [Theory]
    // Days of 23 and of 25 hours.
    [InlineData("Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-22T23:00:00Z", "2026-03-29T22:00:00Z")]
    [InlineData("Europe/Berlin", "2026-03-29T22:00:00Z", "2026-03-29T22:00:00Z", "2026-04-05T22:00:00Z")]
    [InlineData("Europe/Berlin", "2026-10-25T12:00:00Z", "2026-10-18T22:00:00Z", "2026-10-25T23:00:00Z")]
    [InlineData("UTC", "1970-01-01T00:00:00Z", "1969-12-29T00:00:00Z", "1970-01-05T00:00:00Z")]
    public void A_week_begins_on_a_local_Monday(string zone, string at, string start, string end) =>
        AssertPeriod(CompliancePeriod.Week(zone), at, start, end);

    [Theory]
    // Midnight of 4 November 2018 was skipped in São Paulo, that of 28 April 2023 in Cairo.
    [InlineData("America/Sao_Paulo", IsoDayOfWeek.Sunday, "2018-11-04T02:59:59Z", "2018-10-28T03:00:00Z", "2018-11-04T03:00:00Z")]
    [InlineData("Africa/Cairo", IsoDayOfWeek.Friday, "2023-04-28T10:00:00Z", "2023-04-27T22:00:00Z", "2023-05-04T21:00:00Z")]
    // Clocks of São Paulo showed 23:30 on 17 February 2018 twice, both before Sunday.
    [InlineData("America/Sao_Paulo", IsoDayOfWeek.Sunday, "2018-02-18T02:30:00Z", "2018-02-11T02:00:00Z", "2018-02-18T03:00:00Z")]
    // In Newfoundland 00:01 of 29 October 2006 became 23:01 of the 28th again: that hour belongs to the Sunday that had begun.
    [InlineData("America/St_Johns", IsoDayOfWeek.Sunday, "2006-10-29T03:00:00Z", "2006-10-29T02:30:00Z", "2006-11-05T03:30:00Z")]
    [InlineData("America/St_Johns", IsoDayOfWeek.Sunday, "2006-10-29T02:29:59Z", "2006-10-22T02:30:00Z", "2006-10-29T02:30:00Z")]
    // Friday, 30 December 2011 did not exist in Apia, nor Saturday, 21 August 1993 in Kwajalein.
    [InlineData("Pacific/Apia", IsoDayOfWeek.Friday, "2011-12-30T09:59:59Z", "2011-12-23T10:00:00Z", "2011-12-30T10:00:00Z")]
    [InlineData("Pacific/Apia", IsoDayOfWeek.Friday, "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z", "2012-01-05T10:00:00Z")]
    [InlineData("Pacific/Apia", IsoDayOfWeek.Monday, "2011-12-30T10:00:00Z", "2011-12-26T10:00:00Z", "2012-01-01T10:00:00Z")]
    [InlineData("Pacific/Kwajalein", IsoDayOfWeek.Saturday, "1993-08-21T12:00:00Z", "1993-08-21T12:00:00Z", "1993-08-27T12:00:00Z")]
    public void A_week_begins_with_the_first_instant_of_its_day(string zone, IsoDayOfWeek firstDay, string at, string start, string end) =>
        AssertPeriod(CompliancePeriod.Week(zone, firstDay), at, start, end);

    [Theory]
    [InlineData("UTC", 1, "2026-02-28T23:59:59.999999999Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z")]
    [InlineData("UTC", 31, "2026-02-28T00:00:00Z", "2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z")]
    [InlineData("UTC", 31, "2026-02-27T23:00:00Z", "2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z")]
    [InlineData("UTC", 31, "2028-02-28T00:00:00Z", "2028-01-31T00:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("UTC", 30, "2026-03-30T00:00:00Z", "2026-03-30T00:00:00Z", "2026-04-30T00:00:00Z")]
    [InlineData("UTC", 29, "2026-03-01T00:00:00Z", "2026-02-28T00:00:00Z", "2026-03-29T00:00:00Z")]
    [InlineData("Asia/Tokyo", 1, "2026-01-31T15:00:00Z", "2026-01-31T15:00:00Z", "2026-02-28T15:00:00Z")]
    [InlineData("Pacific/Apia", 30, "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z", "2012-01-29T10:00:00Z")]
    public void A_month_begins_on_its_start_day_or_its_last(string zone, int startDay, string at, string start, string end) =>
        AssertPeriod(CompliancePeriod.Month(zone, startDay), at, start, end);

    [Theory]
    [InlineData(1, 1, "2026-03-31T23:00:00Z", "2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z")]
    [InlineData(2, 1, "2026-01-31T00:00:00Z", "2025-11-01T00:00:00Z", "2026-02-01T00:00:00Z")]
    [InlineData(11, 1, "2026-01-31T00:00:00Z", "2025-11-01T00:00:00Z", "2026-02-01T00:00:00Z")]
    [InlineData(5, 31, "2026-02-28T00:00:00Z", "2026-02-28T00:00:00Z", "2026-05-31T00:00:00Z")]
    [InlineData(1, 15, "2026-01-14T23:00:00Z", "2025-10-15T00:00:00Z", "2026-01-15T00:00:00Z")]
    public void A_quarter_begins_in_its_start_month_and_every_third_after(int startMonth, int startDay, string at, string start, string end) =>
        AssertPeriod(CompliancePeriod.Quarter("UTC", startMonth, startDay), at, start, end);

    [Theory]
    [InlineData(1, 1, "2028-12-31T23:00:00Z", "2028-01-01T00:00:00Z", "2029-01-01T00:00:00Z")]
    [InlineData(4, 6, "2026-04-05T23:00:00Z", "2025-04-06T00:00:00Z", "2026-04-06T00:00:00Z")]
    [InlineData(2, 29, "2028-02-28T23:00:00Z", "2027-02-28T00:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData(2, 29, "2028-02-29T00:00:00Z", "2028-02-29T00:00:00Z", "2029-02-28T00:00:00Z")]
    public void A_year_begins_on_its_start_day(int startMonth, int startDay, string at, string start, string end) =>
        AssertPeriod(CompliancePeriod.Year("UTC", startMonth, startDay), at, start, end);

    [Fact]
    public void By_default_periods_begin_on_Monday_the_first_and_in_January_in_UTC()
    {
        Assert.Equal(CompliancePeriod.Week("UTC", IsoDayOfWeek.Monday), CompliancePeriod.Week());
        Assert.Equal(CompliancePeriod.Month("UTC", 1), CompliancePeriod.Month());
        Assert.Equal(CompliancePeriod.Quarter("UTC", 1, 1), CompliancePeriod.Quarter());
        Assert.Equal(CompliancePeriod.Year("UTC", 1, 1), CompliancePeriod.Year());
    }

    [Fact]
    public void What_is_outside_its_range_is_refused()
    {
        foreach (var day in new[] { 0, 32, -1 })
        {
            Refused("startDay", () => CompliancePeriod.Month(startDay: day));
            Refused("startDay", () => CompliancePeriod.Quarter(startDay: day));
            Refused("startDay", () => CompliancePeriod.Year(startDay: day));
        }

        foreach (var month in new[] { 0, 13, -1 })
        {
            Refused("startMonth", () => CompliancePeriod.Quarter(startMonth: month));
            Refused("startMonth", () => CompliancePeriod.Year(startMonth: month));
        }

        Refused("firstDay", () => CompliancePeriod.Week(firstDay: IsoDayOfWeek.None));
        Refused("firstDay", () => CompliancePeriod.Week(firstDay: (IsoDayOfWeek)8));
        Refused("unit", () => new CalendarPeriod(default));
        Refused("unit", () => new CalendarPeriod((CalendarUnit)5));
        Assert.Throws<ArgumentNullException>(() => CompliancePeriod.Week(null!));
    }

    [Fact]
    public void The_longest_length_has_a_day_to_spare_and_that_of_a_rolling_period_is_its_length()
    {
        Assert.Equal(
            [8, 32, 93, 367, 30],
            new[] { CompliancePeriod.Week(), CompliancePeriod.Month(), CompliancePeriod.Quarter(), CompliancePeriod.Year(), CompliancePeriod.Rolling(30) }
                .Select(p => p.LongestLength.TotalDays));

        // Kwajalein went back 23 hours over the date line at the end of 30 September 1969, and so lived through that day almost twice.
        var kwajalein = DateTimeZoneProviders.Tzdb["Pacific/Kwajalein"];
        var month = new CalendarPeriod(CalendarUnit.Month, kwajalein.Id, startDay: 31).At(Instant.FromUtc(1969, 10, 3, 0, 0), kwajalein);
        Assert.Equal(Duration.FromDays(32) - Duration.FromHours(1), month.Duration);
    }

    [Fact]
    public void An_unknown_zone_is_named()
    {
        var period = (CalendarPeriod)CompliancePeriod.Month("Europe/Berln");
        var error = Assert.Throws<NodaTime.TimeZones.DateTimeZoneNotFoundException>(() => period.ZoneIn(DateTimeZoneProviders.Tzdb));
        Assert.Contains("\"Europe/Berln\" is not a time zone", error.Message, StringComparison.Ordinal);
    }

    private static Instant NearTransition(Dice dice, DateTimeZone zone)
    {
        var instant = Instant.FromUtc(dice.Between(1990, 2049), dice.Between(1, 12), dice.Between(1, 28), 0, 0) + Duration.FromMinutes(dice.Below(1440));
        var interval = zone.GetZoneInterval(instant);
        return dice.Chance(0.7) && interval.HasStart && interval.Start > Instant.FromUtc(1950, 1, 1, 0, 0)
            ? interval.Start + Duration.FromMinutes(dice.Between(-180, 180))
            : instant;
    }

    private static void Refused(string parameter, Func<object> make) => Assert.Throws<ArgumentOutOfRangeException>(parameter, make);

    private static void AssertPeriod(Interval expected, CalendarPeriod period, DateTimeZone zone, Instant at)
    {
        var actual = period.At(at, zone);
        if (actual != expected)
            Assert.Fail($"{zone.Id}: {at} lies in {actual}, not {expected}");
    }

    private static void AssertPeriod(CompliancePeriod period, string at, string start, string end)
    {
        static Instant Read(string text) => NodaTime.Text.InstantPattern.ExtendedIso.Parse(text).Value;
        var calendar = (CalendarPeriod)period;
        Assert.Equal(new Interval(Read(start), Read(end)), calendar.At(Read(at), calendar.ZoneIn(DateTimeZoneProviders.Tzdb)));
    }
}
