using NodaTime;
using SloRollback.Indicators;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Tests.Configuration;

public sealed class IndicatorReadingTests
{
    private const string Objective = Reading.Objective;
    private const string Indicator = Objective + ":Indicator";

    private static readonly (string, string?)[] NoEvents = [($"{Indicator}:Valid", null), ($"{Indicator}:Bad", null)];

    private static readonly (string, string?)[] Slices =
        [($"{Objective}:Budgeting", "Timeslices"), ($"{Objective}:Slices:Length", "5m"), ($"{Objective}:Slices:Good", ">= 99%")];

    [Fact]
    public void A_latency()
    {
        var objective = Read([.. NoEvents, ($"{Indicator}:Latency:Histogram", "h{a='b'}"), ($"{Indicator}:Latency:Threshold", "300ms")]);

        Assert.Equal(
            new LatencyIndicator { Source = "prometheus", Histogram = "h{a='b'}", Threshold = Duration.FromMilliseconds(300) }, objective.Indicator);
        Assert.Equal((BudgetingMethod.Occurrences, null), (objective.Budgeting, objective.Slices));
    }

    [Fact]
    public void A_gauge()
    {
        var objective = Read([
            .. NoEvents, ($"{Indicator}:Gauge", "queue"), ($"{Objective}:Budgeting", "timeslices"), ($"{Objective}:Slices:Good", "< 1e3")]);

        Assert.Equal(new GaugeIndicator { Source = "prometheus", Gauge = "queue" }, objective.Indicator);
        Assert.Equal(BudgetingMethod.Timeslices, objective.Budgeting);
        Assert.Equal(new TimeSlices { Operator = ComparisonOperator.Less, Threshold = 1000 }, objective.Slices);
    }

    [Theory]
    [InlineData(">= 99%", ComparisonOperator.GreaterOrEqual, 0.99)]
    [InlineData(">=0.99", ComparisonOperator.GreaterOrEqual, 0.99)]
    [InlineData(" > 50 % ", ComparisonOperator.Greater, 0.5)]
    [InlineData("<= 100%", ComparisonOperator.LessOrEqual, 1)]
    [InlineData("< 0.3", ComparisonOperator.Less, 0.3)]
    public void Slices_of_events(string good, ComparisonOperator comparison, double threshold)
    {
        var objective = Read([
            .. Slices, ($"{Objective}:Slices:Good", good), ($"{Objective}:Slices:Consecutive", "3"), ($"{Objective}:Slices:Retroactive", "true"),
            ($"{Objective}:Slices:Missing", "bad")]);

        Assert.Equal(
            new TimeSlices
            {
                Length = Duration.FromMinutes(5),
                Operator = comparison,
                Threshold = (decimal)threshold,
                Consecutive = 3,
                Retroactive = true,
                Missing = MissingSlices.Bad,
            },
            objective.Slices);
    }

    [Fact]
    public void Slices_by_ratio_need_no_more_words()
    {
        var objective = Read([("Step", "2m"), ($"{Objective}:Budgeting", "RatioTimeslices"), ($"{Reading.Rule}:When:BudgetConsumedSinceDeployment", "1%")]);

        Assert.Equal(BudgetingMethod.RatioTimeslices, objective.Budgeting);
        Assert.Equal(new TimeSlices { Length = Duration.FromMinutes(2) }, objective.Slices);
    }

    [Fact]
    public void A_slice_is_one_step_long_unless_said_otherwise() =>
        Assert.Equal(
            Duration.FromSeconds(30),
            Read([("Step", "30s"), ($"{Objective}:Budgeting", "Timeslices"), ($"{Objective}:Slices:Good", ">= 99%")]).Slices!.Length);

    [Fact]
    public void Rules_of_slices_need_three_bad_ones_and_no_valid_ones()
    {
        var rule = Read(Slices).Rules[0];
        var own = Read([.. Slices, ($"{Reading.Rule}:MinimumBad", "7")]).Rules[0];

        Assert.Equal((0L, 3L), (rule.MinimumValid, rule.MinimumBad));
        Assert.Equal((0L, 7L), (own.MinimumValid, own.MinimumBad));
    }

    [Fact]
    public void A_slice_that_is_good_when_few_events_are_is_worth_a_warning() =>
        Assert.Contains(
            Reading.With([.. Slices, ($"{Objective}:Slices:Good", "<= 1%")]).Notices,
            notice => notice is { Level: Microsoft.Extensions.Logging.LogLevel.Warning, Path: $"SloRollback:{Objective}:Slices:Good" }
                && notice.Message == "calls a slice good when few of its events are; \">= 1%\" is usual");

    [Theory]
    [InlineData("Latency:Histogram", null, "is missing; example: \"http_request_duration_seconds\"")]
    [InlineData("Latency:Histogram", "", "is empty; give it a value or leave it out")]
    [InlineData("Latency:Threshold", null, "is missing; example: \"300ms\"")]
    [InlineData("Latency:Threshold", "0.3", "\"0.3\" is not a duration; examples: 500ms, 30s, 1h30m, 7d")]
    [InlineData("Latency:Threshold", "0s", "0s is not above 0; example: \"300ms\"")]
    [InlineData("Latency:Treshold", "1s", "is not known here; did you mean \"Threshold\"?")]
    public void Faults_of_a_latency(string key, string? value, string message) =>
        Reading.AssertOnly(
            $"{Indicator}:{key}",
            message,
            [.. NoEvents, ($"{Indicator}:Latency:Histogram", "h"), ($"{Indicator}:Latency:Threshold", "1s"), ($"{Indicator}:{key}", value)]);

    [Theory]
    [InlineData("Latency", "h", "\"h\" is a single value where keys belong: Histogram, Threshold", "Indicator:Latency")]
    [InlineData("Source", "prometheus",
        "measures nothing; two of Good, Bad and Valid, or one of Latency, Gauge, Composite, Set;"
            + " example: { \"Valid\": \"http_requests_total\", \"Bad\": \"http_requests_total{code=~'5..'}\" }", "Indicator")]
    [InlineData("Gauge", "g", "a gauge has no events to count; write \"Timeslices\"", "Budgeting")]
    public void Faults_of_the_kind(string key, string value, string message, string path) =>
        Reading.AssertOnly($"{Objective}:{path}", message, [.. NoEvents, ($"{Indicator}:{key}", value)]);

    [Theory]
    [InlineData("Gauge", "Bad, Valid, Gauge")]
    [InlineData("Composite:Kind", "Bad, Valid, Composite")]
    public void Two_kinds(string key, string kinds) =>
        Reading.AssertOnly(
            Indicator,
            $"holds {kinds} where one kind of indicator belongs: two of Good, Bad and Valid, or one of Latency, Gauge, Composite, Set",
            ($"{Indicator}:{key}", "x"));

    [Fact]
    public void A_gauge_by_ratio() =>
        Reading.AssertOnly(
            $"{Objective}:Budgeting",
            "a gauge has no events to count; write \"Timeslices\"",
            [.. NoEvents, ($"{Indicator}:Gauge", "g"), ($"{Objective}:Budgeting", "RatioTimeslices"), ($"{Objective}:Slices:Length", "5m")]);

    [Fact]
    public void A_selector_that_an_overlay_set_to_null_is_none() =>
        Assert.Equal(
            [
                "SloRollback:Services:a:Objectives:a:Indicator  needs exactly two of Good, Bad and Valid, and has Valid;"
                    + " example: { \"Valid\": \"http_requests_total\", \"Bad\": \"http_requests_total{code=~'5..'}\" }",
            ],
            Reading.Lines(Reading.Json("""
                { "SloRollback": { "Services": { "a": { "Environment": "e", "Objectives": { "a": {
                    "Target": "99%", "Indicator": { "Valid": "v", "Bad": null } } } } } } }
                """)));

    [Theory]
    [InlineData("Budgeting", "Slices", "\"Slices\" is not known; one of: Occurrences, Timeslices, RatioTimeslices")]
    [InlineData("Slices:Length", "90s", "1m30s is not a whole number of steps of 1m")]
    [InlineData("Slices:Length", "30s", "30s is not a whole number of steps of 1m")]
    [InlineData("Slices:Length", "0", "0s is no length; example: \"5m\"")]
    [InlineData("Slices:Length", "31d", "31d is longer than the period, 30d")]
    [InlineData("Slices:Good", null, "is missing; example: \">= 99%\"")]
    [InlineData("Slices:Good", "99%", "\"99%\" does not say when a slice is good; examples: >= 99%, <= 0.3")]
    [InlineData("Slices:Good", "=> 99%", "\"=> 99%\" does not say when a slice is good; examples: >= 99%, <= 0.3")]
    [InlineData("Slices:Good", ">= many", "\">= many\" does not say when a slice is good; examples: >= 99%, <= 0.3")]
    [InlineData("Slices:Good", ">= 99",
        "\">= 99\" is about the share of good events, which lies between 0% and 100%; example: \">= 99%\"")]
    [InlineData("Slices:Good", "> -1%",
        "\"> -1%\" is about the share of good events, which lies between 0% and 100%; example: \">= 99%\"")]
    [InlineData("Slices:Consecutive", "0", "\"0\" is outside its range, 1 to 60")]
    [InlineData("Slices:Consecutive", "61", "\"61\" is outside its range, 1 to 60")]
    [InlineData("Slices:Retroactive", "1", "\"1\" is neither true nor false")]
    [InlineData("Slices:Missing", "Skip", "\"Skip\" is not known; one of: Ignore, Good, Bad")]
    [InlineData("Slices:Lenght", "5m", "is not known here; did you mean \"Length\"?")]
    [InlineData("Rules:bad-release:MinimumValid", "50", "does not apply to slices: time always passes; MinimumBad counts bad slices")]
    public void Faults_of_slices(string key, string? value, string message) =>
        Reading.AssertOnly($"{Objective}:{key}", message, [.. Slices, ($"{Objective}:{key}", value)]);

    [Fact]
    public void Slices_that_do_not_say_what_is_good() =>
        Reading.AssertOnly(
            $"{Objective}:Slices",
            "is missing; example: { \"Length\": \"5m\", \"Good\": \">= 99%\" }",
            ($"{Objective}:Budgeting", "Timeslices"));

    [Fact]
    public void Slices_of_occurrences() =>
        Reading.AssertOnly(
            $"{Objective}:Slices",
            "does not apply: events are counted; for slices write \"Budgeting\": \"Timeslices\" or \"RatioTimeslices\"",
            ($"{Objective}:Slices:Length", "5m"));

    [Fact]
    public void Missing_slices_of_occurrences() =>
        Reading.AssertOnly(
            $"{Objective}:Slices:Missing",
            "does not apply: without series there are no events to count; for slices write \"Budgeting\": \"Timeslices\" or \"RatioTimeslices\"",
            ($"{Objective}:Slices:Missing", "Bad"));

    [Theory]
    [InlineData("Good", ">= 99%")]
    [InlineData("Consecutive", "3")]
    [InlineData("Retroactive", "true")]
    public void What_slices_by_ratio_do_not_have(string key, string value) =>
        Reading.AssertOnly(
            $"{Objective}:Slices:{key}",
            "does not apply to RatioTimeslices: a slice is as good as its share of good events",
            ($"{Objective}:Budgeting", "RatioTimeslices"), ($"{Objective}:Slices:{key}", value));

    [Theory]
    [InlineData("When", "page", "When", "the built-in \"page\" looks back 5m, which is shorter than one slice, 10m; write a condition")]
    [InlineData("When:BurnRate:Lookback", "15m", "When:BurnRate:Lookback", "15m is not a whole number of slices of 10m")]
    [InlineData("Rollback:Window", "5m", "Rollback:Window", "5m is shorter than one slice, 10m")]
    public void Look_backs_and_windows_are_whole_slices(string key, string value, string path, string message) =>
        Reading.AssertOnly(
            $"{Reading.Rule}:{path}",
            message,
            [
                .. Slices, ($"{Objective}:Slices:Length", "10m"),
                .. key == "When" ? [] : new (string, string?)[]
                {
                    ($"{Reading.Rule}:When:BurnRate:Lookback", "20m"), ($"{Reading.Rule}:When:BurnRate:Above", "2"),
                },
                ($"{Reading.Rule}:{key}", value),
            ]);

    private static Objective Read(params (string Key, string? Value)[] changes)
    {
        var options = Reading.With(changes);
        Assert.Equal("", string.Join('\n', Reading.Lines(options)));
        return options.Services[0].Objectives[0];
    }
}
