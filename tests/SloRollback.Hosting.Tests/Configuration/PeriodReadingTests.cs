using NodaTime;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Tests.Configuration;

public sealed class PeriodReadingTests
{
    private const string Period = Reading.Objective + ":Period";

    public static TheoryData<string, CompliancePeriod> Names => new()
    {
        { "30d", CompliancePeriod.Rolling(30) },
        { "4w", CompliancePeriod.Rolling(28) },
        { "week", CompliancePeriod.Week() },
        { "Month", CompliancePeriod.Month() },
        { " quarter ", CompliancePeriod.Quarter() },
        { "YEAR", CompliancePeriod.Year() },
    };

    public static TheoryData<string, CompliancePeriod> Sections => new()
    {
        { """{ "Calendar": "month", "Zone": "Europe/Berlin", "StartDay": 31 }""", CompliancePeriod.Month("Europe/Berlin", 31) },
        { """{ "Calendar": "week", "Zone": "america/new_york", "StartsOn": "sun" }""", CompliancePeriod.Week("America/New_York", IsoDayOfWeek.Sunday) },
        { """{ "Calendar": "quarter", "StartMonth": "April" }""", CompliancePeriod.Quarter(startMonth: 4) },
        { """{ "Calendar": "year", "Zone": "UTC+03", "StartMonth": 2, "StartDay": 29 }""", CompliancePeriod.Year("UTC+03", 2, 29) },
        { """{ "Calendar": "month", "Zone": null, "StartDay": null }""", CompliancePeriod.Month() },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_length_or_a_unit(string written, CompliancePeriod period) => Assert.Equal(period, Read($"\"{written}\""));

    [Theory]
    [MemberData(nameof(Sections))]
    public void A_section(string written, CompliancePeriod period) => Assert.Equal(period, Read(written));

    [Theory]
    [InlineData("StartDay", "2", "is missing; example: \"month\"", "Calendar")]
    [InlineData("Calendar", "fortnight", "\"fortnight\" is not known; one of: Week, Month, Quarter, Year")]
    [InlineData("Calender", "month", "is not known here; did you mean \"Calendar\"?", "Calender", 2)]
    public void Which_calendar(string key, string value, string message, string? path = null, int faults = 1) =>
        Reading.AssertFirst($"{Period}:{path ?? key}", message, faults, ($"{Period}:{key}", value));

    [Theory]
    [InlineData("month", "Zone", "Europe/Berlim", "\"Europe/Berlim\" is not a time zone; did you mean \"Europe/Berlin\"?")]
    [InlineData("month", "Zone", "new york", "\"new york\" is not a time zone; did you mean \"America/New_York\"?")]
    [InlineData("month", "Zone", "here", "\"here\" is not a time zone of the tz database; examples: UTC, Europe/Berlin")]
    [InlineData("month", "Zone", "", "is empty; give it a value or leave it out")]
    [InlineData("month", "StartDay", "32", "\"32\" is not a day of the month; it is 1 to 31")]
    [InlineData("month", "StartDay", "0", "\"0\" is not a day of the month; it is 1 to 31")]
    [InlineData("month", "StartMonth", "4", "does not apply to a month, whose start is said with StartDay")]
    [InlineData("month", "StartsOn", "Monday", "does not apply to a month, whose start is said with StartDay")]
    [InlineData("week", "StartDay", "4", "does not apply to a week, whose start is said with StartsOn")]
    [InlineData("week", "StartsOn", "Mondy", "\"Mondy\" is not a day of the week; did you mean \"Monday\"?")]
    [InlineData("week", "StartsOn", "1", "\"1\" is not a day of the week; examples: Monday, Thu")]
    [InlineData("year", "StartsOn", "Monday", "does not apply to a year, whose start is said with StartMonth and StartDay")]
    [InlineData("quarter", "StartMonth", "13", "\"13\" is not a month; examples: April, 4")]
    [InlineData("quarter", "StartMonth", "Aprl", "\"Aprl\" is not a month; did you mean \"April\"?")]
    public void Where_it_starts(string unit, string key, string value, string message) =>
        Reading.AssertOnly($"{Period}:{key}", message, ($"{Period}:Calendar", unit), ($"{Period}:{key}", value));

    [Fact]
    public void A_unit_and_a_section_that_an_overlay_added() =>
        Reading.AssertOnly(Period, "is written both as \"month\" and with keys: Calendar", (Period, "month"), ($"{Period}:Calendar", "month"));

    [Theory]
    [InlineData("week", "8d", "8d is longer than the period, a week (7d)")]
    [InlineData("month", "31d", "31d is longer than the period, a month (30d)")]
    [InlineData("quarter", "91d", "91d is longer than the period, a quarter (90d)")]
    [InlineData("year", "366d", "366d is longer than the period, a year (365d)")]
    public void Look_backs_fit_a_period_of_the_calendar(string period, string lookback, string message)
    {
        const string Burn = Reading.Rule + ":When:BurnRate";
        (string, string?)[] Changes(string length) =>
            [(Period, period), ($"{Burn}:Lookback", length), ($"{Burn}:Above", "1"), ($"{Burn}:SinceDeployment", "true")];

        Reading.AssertOnly($"{Burn}:Lookback", message, Changes(lookback));
        Assert.Empty(Reading.Lines(Reading.With(Changes(message[(message.IndexOf('(', StringComparison.Ordinal) + 1)..^1]))));
    }

    [Fact]
    public void Built_in_conditions_of_a_month_have_the_factors_of_30_days()
    {
        var objective = Reading.With((Period, "month")).Services[0].Objectives[0];

        Assert.Equal(Policies.BurnRatePairs.Create("page", objective.Target, Duration.FromDays(30), sinceDeployment: true), objective.Rules[0].When);
    }

    private static CompliancePeriod Read(string period)
    {
        var options = Reading.Json($$"""
            { "SloRollback": { "Services": { "checkout": { "Environment": "production", "Objectives": { "availability": {
                "Target": "99%", "Period": {{period}}, "Indicator": { "Valid": "v", "Bad": "b" } } } } } } }
            """);
        Assert.Empty(Reading.Lines(options));
        return options.Services[0].Objectives[0].Period;
    }
}
