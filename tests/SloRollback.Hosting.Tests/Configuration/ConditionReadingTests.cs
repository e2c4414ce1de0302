using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Policies;

namespace SloRollback.Hosting.Tests.Configuration;

public sealed class ConditionReadingTests
{
    private const string When = Reading.Rule + ":When";

    private static readonly Duration Hour = Duration.FromHours(1);
    private static readonly BudgetConsumedSinceDeploymentCondition OnePercent = new() { Above = 0.01m };

    /// <summary>The conditions of a rule that notifies, as a file holds them.</summary>
    public static TheoryData<string, Condition> OfNotifications => new()
    {
        { """{ "BudgetRemaining": "25%" }""", new BudgetRemainingCondition { Below = 0.25m } },
        { """{ "BudgetRemaining": "-10 %" }""", new BudgetRemainingCondition { Below = -0.1m } },
        { """{ "BudgetRemaining": "100%" }""", new BudgetRemainingCondition { Below = 1 } },
        { """{ "BudgetRemaining": "20m" }""", new BudgetRemainingCondition { Below = 20, Unit = BudgetUnit.Minutes } },
        { """{ "BudgetRemaining": "1m30s" }""", new BudgetRemainingCondition { Below = 1.5m, Unit = BudgetUnit.Minutes } },
        { """{ "BudgetRemaining": "20 minutes" }""", new BudgetRemainingCondition { Below = 20, Unit = BudgetUnit.Minutes } },
        { """{ "BudgetRemaining": "-0.5 Minute" }""", new BudgetRemainingCondition { Below = -0.5m, Unit = BudgetUnit.Minutes } },
        { """{ "BudgetRemaining": "500 events" }""", new BudgetRemainingCondition { Below = 500, Unit = BudgetUnit.Events } },
        { """{ "BudgetRemaining": "0 events" }""", new BudgetRemainingCondition { Below = 0, Unit = BudgetUnit.Events } },
        { """{ "BudgetConsumed": { "Lookback": "1h", "Above": "5%" } }""", new BudgetConsumedCondition { Lookback = Hour, Above = 0.05m } },
        { """{ "SliBelow": { "Value": "99%", "Lookback": "1h" } }""", new SliBelowCondition { Value = 0.99m, Lookback = Hour } },
        {
            """{ "For": { "Duration": "10m", "SliBelow": { "Value": "99%", "Lookback": "1h" } } }""",
            new ForCondition { Duration = Duration.FromMinutes(10), Condition = new SliBelowCondition { Value = 0.99m, Lookback = Hour } }
        },
        {
            """{ "For": { "Any": { "low": { "BudgetRemaining": "25%" } }, "duration": "1h" } }""",
            new ForCondition { Duration = Hour, Condition = new AnyCondition { Conditions = [new BudgetRemainingCondition { Below = 0.25m }] } }
        },
    };

    public static TheoryData<string, decimal> LostTraffic => new()
    {
        { "{}", 0.4m },
        { "null", 0.4m },
        { "\"25%\"", 0.25m },
        { """{ "BelowShare": "99.9%" }""", 0.999m },
    };

    [Theory]
    [MemberData(nameof(OfNotifications))]
    public void All_forms(string when, Condition condition) => Assert.Equal(condition, Read(when, "\"Notify\": { \"log\": {} }").When);

    [Theory]
    [MemberData(nameof(LostTraffic))]
    public void Lost_traffic_counts_since_the_deployment(string written, decimal share)
    {
        var rule = Read($$"""{ "TrafficLost": {{written}} }""", "\"Rollback\": {}");

        Assert.Equal(new TrafficLostCondition { BelowShare = share }, rule.When);
    }

    [Fact]
    public void A_bad_slice_is_an_event_of_the_budget() =>
        Assert.Equal(
            new BudgetRemainingCondition { Below = 3, Unit = BudgetUnit.Events },
            Reading.With(
                ($"{Reading.Objective}:Budgeting", "Timeslices"), ($"{Reading.Objective}:Slices:Good", ">= 99%"),
                ($"{Reading.Rule}:Rollback", null), ($"{Reading.Rule}:Notify:log", ""), ($"{When}:BudgetRemaining", "3 slices"))
                .Services[0].Objectives[0].Rules[0].When);

    [Theory]
    [InlineData("BudgetRemaining", "25%")]
    [InlineData("BudgetConsumed:Lookback", "1h", "BudgetConsumed:Above", "1%")]
    [InlineData("SliBelow:Lookback", "1h", "SliBelow:Value", "99%")]
    [InlineData("For:Duration", "5m", "For:BudgetRemaining", "10%")]
    [InlineData("Any:a:SliBelow:Lookback", "1h", "Any:a:SliBelow:Value", "99%")]
    public void What_does_not_count_since_the_deployment_is_guarded(params string[] keys)
    {
        var options = Reading.With([.. keys.Chunk(2).Select(pair => ($"{When}:{pair[0]}", (string?)pair[1]))]);

        Assert.Empty(Reading.Lines(options));
        var all = Assert.IsType<AllCondition>(options.Services[0].Objectives[0].Rules[0].When);
        Assert.Equal(OnePercent, all.Conditions[1]);
        Assert.Contains(options.Notices, notice => notice.Level == LogLevel.Warning && notice.Path == $"SloRollback:{When}");
    }

    [Theory]
    [InlineData("TrafficLost", "")]
    [InlineData("For:Duration", "5m", "For:TrafficLost", "")]
    [InlineData("For:Duration", "5m", "For:BudgetConsumedSinceDeployment", "1%")]
    [InlineData("Any:a:TrafficLost", "", "Any:b:BudgetRemaining", "10%")]
    public void What_counts_since_the_deployment_is_left_as_it_is(params string[] keys)
    {
        var options = Reading.With([.. keys.Chunk(2).Select(pair => ($"{When}:{pair[0]}", (string?)pair[1]))]);

        Assert.Empty(Reading.Lines(options));
        Assert.DoesNotContain(options.Notices, notice => notice.Path == $"SloRollback:{When}");
    }

    [Theory]
    [InlineData("BudgetRemaining", "25", "BudgetRemaining", "\"25\" is not an amount of budget; examples: 25%, 20m, 500 events")]
    [InlineData("BudgetRemaining", "0", "BudgetRemaining", "\"0\" is not an amount of budget; examples: 25%, 20m, 500 events")]
    [InlineData("BudgetRemaining", "5 requests", "BudgetRemaining", "\"5 requests\" is not an amount of budget; examples: 25%, 20m, 500 events")]
    [InlineData("BudgetRemaining", "101%", "BudgetRemaining", "\"101%\" is more than the whole budget; example: 25%")]
    [InlineData("BudgetRemaining", "44m", "BudgetRemaining", "\"44m\" is more than the whole budget, 43m 12s of complete failure at 99.9%")]
    [InlineData("BudgetRemaining", "5 slices", "BudgetRemaining", "\"5 slices\" counts slices, and the objective counts events; example: 5 events")]
    [InlineData("BudgetRemaining:Below", "5%", "BudgetRemaining", "takes a single value; examples: 25%, 20m, 500 events")]
    [InlineData("BudgetConsumed", "5%", "BudgetConsumed", "\"5%\" is a single value where keys belong: Lookback, Above")]
    [InlineData("BudgetConsumed:Above", "0%", "BudgetConsumed:Above", "0% is not above 0")]
    [InlineData("BudgetConsumed:Above", "100000%", "BudgetConsumed:Above",
        "100000% can never be exceeded: at 99.9% a total outage comes to 100000%")]
    [InlineData("BudgetConsumed:Above", "5", "BudgetConsumed:Above", "\"5\" is not a percentage; examples: 1%, 0.5%")]
    [InlineData("BudgetConsumed:Above", null, "BudgetConsumed:Above", "is missing; example: \"5%\"")]
    [InlineData("BudgetConsumed:Lookback", null, "BudgetConsumed:Lookback", "is missing; example: \"1h\"")]
    [InlineData("BudgetConsumed:Lookback", "31d", "BudgetConsumed:Lookback", "31d is longer than the period, 30d")]
    [InlineData("BudgetConsumed:Lookback", "90s", "BudgetConsumed:Lookback", "1m30s is not a whole number of steps of 1m")]
    [InlineData("SliBelow:Value", "100%", "SliBelow:Value", "100% is outside its range, above 0% and below 100%")]
    [InlineData("SliBelow:Value", "0%", "SliBelow:Value", "0% is outside its range, above 0% and below 100%")]
    [InlineData("SliBelow:Value", "0.99", "SliBelow:Value", "\"0.99\" is not a percentage; examples: 1%, 0.5%")]
    [InlineData("SliBelow:Value", null, "SliBelow:Value", "is missing; example: \"99%\"")]
    [InlineData("SliBelow:Lookback", "31d", "SliBelow:Lookback", "31d is longer than the period, 30d")]
    [InlineData("SliBelow:Lookback", "0", "SliBelow:Lookback", "0s is no look-back")]
    [InlineData("SliBelow:Above", "1%", "SliBelow:Above", "is not known here; known: Value, Lookback")]
    [InlineData("BurnRate:Lookback", "31d", "BurnRate:Lookback", "31d is longer than the period, 30d")]
    [InlineData("TrafficLost", "40", "TrafficLost", "\"40\" is not a percentage; examples: 1%, 0.5%")]
    [InlineData("TrafficLost", "0%", "TrafficLost", "0% is outside its range, above 0% and below 100%")]
    [InlineData("TrafficLost:BelowShare", "100%", "TrafficLost:BelowShare", "100% is outside its range, above 0% and below 100%")]
    [InlineData("TrafficLost:Below", "40%", "TrafficLost:Below", "is not known here; known: BelowShare")]
    [InlineData("For", "10m", "For", "\"10m\" is a single value; example: { \"Duration\": \"10m\", \"SliBelow\": { ... } }")]
    [InlineData("For:Duration", null, "For:Duration", "is missing; example: \"10m\"")]
    [InlineData("For:Duration", "0", "For:Duration", "0s is no duration; example: \"10m\"")]
    [InlineData("For:Duration", "90s", "For:Duration", "1m30s is not a whole number of steps of 1m")]
    [InlineData("For:BudgetRemaining", null, "For", "holds no condition beside Duration; example: { \"Duration\": \"10m\", \"SliBelow\": { ... } }")]
    [InlineData("For:TrafficLost", "", "For",
        "holds 2 conditions where one belongs: BudgetRemaining, TrafficLost; join them with \"All\" or \"Any\"")]
    [InlineData("For:SliBelo:Value", "1%", "For:SliBelo", "is not a condition; did you mean \"SliBelow\"?", 2)]
    public void Faults(string key, string? value, string path, string message, int faults = 1)
    {
        var kind = key.Split(':')[0];
        (string, string?)[] whole = kind switch
        {
            "BudgetConsumed" when key != kind => [("BudgetConsumed:Lookback", "1h"), ("BudgetConsumed:Above", "5%")],
            "SliBelow" => [("SliBelow:Value", "99%"), ("SliBelow:Lookback", "1h")],
            "BurnRate" => [("BurnRate:Above", "2")],
            "For" when key != kind => [("For:Duration", "10m"), ("For:BudgetRemaining", "10%")],
            _ => [],
        };

        Reading.AssertFirst($"{When}:{path}", message, faults, [.. whole.Append((key, value)).Select(c => ($"{When}:{c.Item1}", c.Item2))]);
    }

    [Fact]
    public void Lost_traffic_needs_a_rollback() =>
        Reading.AssertOnly(
            $"{When}:TrafficLost",
            "counts from a deployment on; it needs a rule with \"Rollback\"",
            ($"{Reading.Rule}:Rollback", null), ($"{Reading.Rule}:Notify:log", ""), ($"{When}:TrafficLost", ""));

    [Fact]
    public void Lost_traffic_needs_events() =>
        Reading.AssertOnly(
            $"{When}:TrafficLost",
            "is about events, and this objective counts slices; give one that counts events the condition",
            ($"{Reading.Objective}:Budgeting", "RatioTimeslices"), ($"{When}:TrafficLost", "40%"));

    [Fact]
    public void A_month_may_have_31_days_of_budget() =>
        Assert.Empty(Reading.Lines(Reading.With(($"{Reading.Objective}:Period", "month"), ($"{When}:BudgetRemaining", "44m"))));

    private static PolicyRule Read(string when, string action)
    {
        var options = Reading.Json($$"""
            { "SloRollback": { "Services": { "checkout": { "Environment": "production", "Deploys": { "Workload": "w" },
                "Objectives": { "availability": { "Target": "99.9%", "Indicator": { "Valid": "v", "Bad": "b" },
                "Rules": { "rule": { "When": {{when}}, {{action}} } } } } } } } }
            """);
        Assert.Equal("", string.Join('\n', Reading.Lines(options)));
        return options.Services[0].Objectives[0].Rules[0];
    }
}
