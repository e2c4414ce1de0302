using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Tests.Configuration;

public sealed class DowntimeReadingTests
{
    private const string Nightly = "Downtimes:nightly";

    private static readonly Instant Noon = Instant.FromUtc(2026, 3, 1, 12, 0);

    private static readonly RecurringDowntime Backup = new()
    {
        Id = "nightly",
        TimeOfDay = new LocalTime(2, 0),
        Length = Duration.FromHours(1),
    };

    public static TheoryData<string, Downtime> Forms => new()
    {
        { """{ "Every": "day", "At": "02:00", "For": "1h" }""", Backup },
        {
            """
            { "Every": "Day", "At": "2:00:30", "For": "90m", "Zone": "europe/berlin", "Reason": "backup",
              "From": "2026-03-01T12:00:00Z", "Until": "2026-03-01T14:00+01:00" }
            """,
            new RecurringDowntime
            {
                Id = "nightly", TimeOfDay = new LocalTime(2, 0, 30), Length = Duration.FromMinutes(90), Zone = "Europe/Berlin", Reason = "backup",
                From = Noon, Until = Noon + Duration.FromHours(1),
            }
        },
        {
            """{ "Every": "week", "On": "Monday, thu", "At": "02:00", "For": "1h" }""",
            Backup with { DaysOfWeek = [IsoDayOfWeek.Monday, IsoDayOfWeek.Thursday] }
        },
        { """{ "Every": "month", "On": "31, 1,15", "At": "02:00", "For": "1h" }""", Backup with { DaysOfMonth = [1, 15, 31] } },
        { """{ "Every": "month", "On": 15, "At": "02:00", "For": "1h" }""", Backup with { DaysOfMonth = [15] } },
        {
            """{ "Start": "2026-03-01T12:00:00Z", "End": "2026-03-01T12:30:00.5+00:00" }""",
            new OneOffDowntime { Id = "nightly", Start = Noon, End = Noon + Duration.FromMinutes(30) + Duration.FromMilliseconds(500) }
        },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void All_forms(string written, Downtime downtime)
    {
        var options = Reading.Json($$"""
            { "SloRollback": { "Downtimes": { "nightly": {{written}} }, "Services": { "checkout": { "Environment": "production",
                "Downtimes": { "nightly": {{written}} },
                "Objectives": { "availability": { "Target": "99%", "Indicator": { "Valid": "v", "Bad": "b" },
                    "Downtimes": { "nightly": {{written}} } } } } } } }
            """);

        Assert.Empty(Reading.Lines(options));
        Assert.Equal([downtime], options.Settings.Downtimes);
        Assert.Equal([downtime], options.Services[0].Downtimes);
        Assert.Equal([downtime], options.Services[0].Objectives[0].Downtimes);
    }

    [Fact]
    public void The_daily_form_has_no_days_and_no_bounds() =>
        Assert.Equal(
            Backup with { Zone = "UTC", DaysOfWeek = [], DaysOfMonth = [], From = null, Until = null },
            Reading.With((Nightly + ":Every", "day"), (Nightly + ":At", "02:00"), (Nightly + ":For", "1h")).Settings.Downtimes[0]);

    [Theory]
    [InlineData("Every", null, "Every", "is missing; example: \"day\"")]
    [InlineData("Every", "night", "Every", "\"night\" is not known; one of: Day, Week, Month")]
    [InlineData("Every", "week", "On", "is missing; example: \"Monday, Thursday\"")]
    [InlineData("Every", "month", "On", "is missing; example: \"1, 15\"")]
    [InlineData("On", "Monday", "On", "does not apply to every day; write \"Every\": \"week\" or \"month\"")]
    [InlineData("At", null, "At", "is missing; example: \"02:00\"")]
    [InlineData("At", "24:00", "At", "\"24:00\" is not a time of day; examples: 02:00, 23:30")]
    [InlineData("At", "2pm", "At", "\"2pm\" is not a time of day; examples: 02:00, 23:30")]
    [InlineData("For", null, "For", "is missing; example: \"1h\"")]
    [InlineData("For", "0", "For", "0s is outside its range, more than 0 and at most 7d")]
    [InlineData("For", "8d", "For", "8d is outside its range, more than 0 and at most 7d")]
    [InlineData("Zone", "Europe/Berln", "Zone", "\"Europe/Berln\" is not a time zone; did you mean \"Europe/Berlin\"?")]
    [InlineData("From", "2026-03-01", "From",
        "\"2026-03-01\" is not an instant with its offset; examples: 2026-03-01T10:00:00Z, 2026-03-01T11:00+01:00")]
    [InlineData("Until", "2026-03-01T10:00:00", "Until",
        "\"2026-03-01T10:00:00\" is not an instant with its offset; examples: 2026-03-01T10:00:00Z, 2026-03-01T11:00+01:00")]
    [InlineData("Until", "2026-01-01T00:00:00Z", "Until", "2026-01-01T00:00:00Z is not later than From, 2026-01-01T00:00:00Z")]
    [InlineData("Start", "2026-01-01T00:00:00Z", null,
        "is either once or again and again: Start does not go with Every, At, For, From")]
    [InlineData("Reason", "", "Reason", "is empty; give it a value or leave it out")]
    [InlineData("Length", "1h", "Length", "is not known here; known: Every, On, At, For, Zone, From, Until, Start, End, Reason")]
    public void Faults_of_one_that_comes_again(string key, string? value, string? path, string message) =>
        Reading.AssertOnly(
            path is null ? Nightly : $"{Nightly}:{path}",
            message,
            ($"{Nightly}:Every", "day"), ($"{Nightly}:At", "02:00"), ($"{Nightly}:For", "1h"), ($"{Nightly}:From", "2026-01-01T00:00:00Z"),
            ($"{Nightly}:{key}", value));

    [Theory]
    [InlineData("week", "Mondy", "\"Mondy\" is not a day of the week; did you mean \"Monday\"?")]
    [InlineData("week", "Monday,", "\"\" is not a day of the week; examples: Monday, Thu")]
    [InlineData("week", "15", "\"15\" is not a day of the week; examples: Monday, Thu")]
    [InlineData("month", "Monday", "\"Monday\" is not a day of the month; it is 1 to 31")]
    [InlineData("month", "1, 32", "\"32\" is not a day of the month; it is 1 to 31")]
    public void Faults_of_days(string every, string on, string message) =>
        Reading.AssertOnly(
            $"{Nightly}:On",
            message,
            ($"{Nightly}:Every", every), ($"{Nightly}:At", "02:00"), ($"{Nightly}:For", "1h"), ($"{Nightly}:On", on));

    [Theory]
    [InlineData("Start", null, "Start", "is missing; example: \"2026-03-01T10:00:00Z\"")]
    [InlineData("End", null, "End", "is missing; example: \"2026-03-01T12:00:00Z\"")]
    [InlineData("End", "2026-03-01T11:00:00Z", "End", "2026-03-01T11:00:00Z is not later than Start, 2026-03-01T12:00:00Z")]
    [InlineData("End", "tomorrow", "End",
        "\"tomorrow\" is not an instant with its offset; examples: 2026-03-01T10:00:00Z, 2026-03-01T11:00+01:00")]
    public void Faults_of_one_that_happens_once(string key, string? value, string path, string message) =>
        Reading.AssertOnly(
            $"Services:checkout:{Nightly}:{path}",
            message,
            ($"Services:checkout:{Nightly}:Start", "2026-03-01T12:00:00Z"), ($"Services:checkout:{Nightly}:End", "2026-03-01T13:00:00Z"),
            ($"Services:checkout:{Nightly}:{key}", value));

    [Fact]
    public void One_that_says_no_time() =>
        Reading.AssertOnly(
            $"{Reading.Objective}:{Nightly}",
            "says no time; examples: { \"Start\": \"2026-03-01T10:00:00Z\", \"End\": \"2026-03-01T12:00:00Z\" },"
                + " { \"Every\": \"day\", \"At\": \"02:00\", \"For\": \"1h\" }",
            ($"{Reading.Objective}:{Nightly}:Reason", "none"));

    [Fact]
    public void One_that_is_a_single_value() =>
        Reading.AssertOnly("Downtimes", "\"nightly\" is a single value; write one key for each downtime", ("Downtimes", "nightly"));

    [Fact]
    public void An_overlay_changes_single_keys()
    {
        var options = Reading.Json(
            """{ "SloRollback": { "Downtimes": { "nightly": { "Every": "day", "At": "02:00", "For": "1h" } } } }""",
            """{ "SloRollback": { "Downtimes": { "nightly": { "For": "2h" }, "move": { "Start": "2026-03-01T12:00:00Z", "End": "2026-03-01T13:00:00Z" } } } }""");

        Assert.Equal(
            [new OneOffDowntime { Id = "move", Start = Noon, End = Noon + Duration.FromHours(1) }, Backup with { Length = Duration.FromHours(2) }],
            options.Settings.Downtimes);
    }

    [Fact]
    public void Code_adds_to_the_sections_or_replaces_them()
    {
        const string File = """{ "SloRollback": { "Downtimes": { "old": { "Every": "day", "At": "04:00", "For": "5m" } } } }""";
        ImmutableArray<Downtime> Read(Action<ISloRollbackBuilder> describe) => Reading.Code(describe, File).Settings.Downtimes;

        Assert.Equal(["nightly", "old"], Read(b => b.WithDowntime(Backup)).Select(d => d.Id));
        Assert.Equal([Backup], Read(b => b.WithSettings(s => s with { Downtimes = [Backup] })));
        Assert.Empty(Read(b => b.WithSettings(s => s with { Downtimes = [] })));
    }

    [Fact]
    public void Code_is_checked_like_a_file() =>
        Assert.Equal(
            [
                "SloRollback:Downtimes  \"a/b\" contains a \"/\", a \":\" or a control character",
                "SloRollback:Downtimes:nightly  is defined twice in code",
                "SloRollback:Downtimes:nightly:Zone  \"Mars\" is not a time zone of the tz database; examples: UTC, Europe/Berlin",
            ],
            Reading.Lines(Reading.Code(b => b
                .WithSettings(s => s with { Downtimes = [Backup with { Id = "a/b" }] })
                .WithDowntime(Backup with { Zone = "Mars" })
                .WithDowntime(Backup))).Take(3));

    [Fact]
    public void What_cannot_be_written_is_refused_at_once()
    {
        var both = Backup with { DaysOfMonth = [1], DaysOfWeek = [IsoDayOfWeek.Friday] };

        Assert.Throws<ArgumentException>(() => Reading.Code(b => b.WithDowntime(both)));
        Assert.Throws<ArgumentException>(() => Reading.Code(b => b.AddMonitoredService("a", "b", s => s.Downtime(both))));
        Assert.Throws<ArgumentException>(() => Reading.Code(b => b.AddMonitoredService("a", "b", s => s.Downtime(Backup with { Id = "a:b" }))));
    }
}
