using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Policies;
using SloRollback.Rollbacks;
using SloRollback.Serialization;

namespace SloRollback.Hosting.Tests.Configuration;

/// <summary>The same said in code and in a file is the same. One test for each thing that can be said.</summary>
public sealed class CodeAndJsonTests
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 3, 1, 12, 0);

    private static readonly JsonSerializerOptions Everything = new(SloRollbackJsonContext.Default.Options)
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine(SloRollbackJsonContext.Default, new DefaultJsonTypeInfoResolver()),
    };

    [Fact]
    public void A_latency_over_a_month() => AssertSame(
        service => service.Objective("slo", 99m, CompliancePeriod.Month("Europe/Berlin", startDay: 15), slo => slo
            .Latency("http_request_duration_seconds", Duration.FromMilliseconds(300))),
        """
        "slo": { "Target": "99%", "Period": { "Calendar": "month", "Zone": "Europe/Berlin", "StartDay": 15 },
                 "Indicator": { "Latency": { "Histogram": "http_request_duration_seconds", "Threshold": "300ms" } } }
        """);

    [Fact]
    public void A_gauge_over_a_week() => AssertSame(
        service => service.Objective("slo", 99m, CompliancePeriod.Week(firstDay: IsoDayOfWeek.Sunday), slo => slo
            .Gauge("queue_length")
            .Timeslices(Duration.FromMinutes(5), ComparisonOperator.LessOrEqual, 30m, consecutive: 3, retroactive: true, missing: MissingSlices.Bad)),
        """
        "slo": { "Target": "99%", "Period": { "Calendar": "week", "StartsOn": "Sunday" }, "Indicator": { "Gauge": "queue_length" },
                 "Budgeting": "Timeslices",
                 "Slices": { "Length": "5m", "Good": "<= 30", "Consecutive": 3, "Retroactive": true, "Missing": "Bad" } }
        """);

    [Fact]
    public void One_that_is_measured_at_the_ingress() => AssertSame(
        service => service.Objective("slo", 99m, slo => slo.Events(valid: "v", bad: "b").MeasuredElsewhere()),
        """
        "slo": { "Target": "99%", "Indicator": { "Valid": "v", "Bad": "b" }, "MeasuredElsewhere": true }
        """);

    [Fact]
    public void Slices_by_ratio_over_a_quarter() => AssertSame(
        service => service.Objective("slo", 99m, CompliancePeriod.Quarter(startMonth: 4), slo => slo
            .Events(valid: "v", bad: "b")
            .RatioTimeslices(Duration.FromMinutes(5), MissingSlices.Good)),
        """
        "slo": { "Target": "99%", "Period": { "Calendar": "quarter", "StartMonth": "April" }, "Indicator": { "Valid": "v", "Bad": "b" },
                 "Budgeting": "RatioTimeslices", "Slices": { "Length": "5m", "Missing": "Good" } }
        """);

    [Fact]
    public void Composites() => AssertSame(
        service => service
            .Objective("a", 99m, CompliancePeriod.Year(), slo => slo.Events(valid: "v", bad: "b"))
            .Objective("b", 99m, CompliancePeriod.Year(), slo => slo.Events(valid: "v", good: "g"))
            .Objective("mean", 99m, slo => slo.Composite(("a", 2), ("checkout/b", 0.5m)))
            .Objective("worst", 99m, CompliancePeriod.Year(), slo => slo.Composite(CompositeKind.Least, "a", "checkout/production/b")),
        """
        "a": { "Target": 0.99, "Period": "year", "Indicator": { "Valid": "v", "Bad": "b" } },
        "b": { "Target": 99, "Period": { "Calendar": "year", "Zone": "utc", "StartMonth": 1 }, "Indicator": { "Valid": "v", "Good": "g" } },
        "mean": { "Target": "99%", "Indicator": { "Composite": { "Members": { "a": 2, "b": { "Weight": 0.5 } } } } },
        "worst": { "Target": "99%", "Indicator": { "Composite": { "Kind": "Least", "Members": { "a": {}, "b": {} } } } }
        """);

    [Fact]
    public void Downtimes_resets_and_notes() => AssertSame(
        service => service
            .Downtime(new RecurringDowntime
            {
                Id = "weekly",
                DaysOfWeek = [IsoDayOfWeek.Thursday, IsoDayOfWeek.Monday],
                TimeOfDay = new LocalTime(2, 0),
                Length = Duration.FromHours(1),
                Zone = "Europe/Berlin",
                Reason = "backup",
                Until = Noon,
            })
            .Objective("slo", 99m, slo => slo
                .Events(valid: "v", bad: "b")
                .Downtime(new OneOffDowntime { Id = "move", Start = Noon, End = Noon + Duration.FromHours(2) })
                .ResetBudget("after", Noon, reason: "moved", by: "anna")
                .Annotate("sale", "Black Friday", Noon)
                .Annotate("sales", "Christmas", Noon, Noon + Duration.FromDays(1))),
        """
        "slo": { "Target": "99%", "Indicator": { "Valid": "v", "Bad": "b" },
            "Downtimes": { "move": { "Start": "2026-03-01T12:00:00Z", "End": "2026-03-01T14:00:00Z" } },
            "Resets": { "after": { "At": "2026-03-01T12:00:00Z", "Reason": "moved", "By": "anna" } },
            "Annotations": { "sale": { "At": "2026-03-01T12:00:00Z", "Text": "Black Friday" },
                             "sales": { "Start": "2026-03-01T12:00:00Z", "End": "2026-03-02T12:00:00Z", "Text": "Christmas" } } }
        """,
        """
        "Downtimes": { "weekly": { "Every": "week", "On": "Monday, Thursday", "At": "02:00", "For": "1h", "Zone": "Europe/Berlin",
            "Reason": "backup", "Until": "2026-03-01T12:00:00Z" } },
        """);

    [Fact]
    public void Dependencies() => AssertSame(
        service => service
            .DependsOn("payments", "stock/staging")
            .Objective("slo", 99m, slo => slo.Events(valid: "v", bad: "b")),
        """ "slo": { "Target": "99%", "Indicator": { "Valid": "v", "Bad": "b" } } """,
        """ "DependsOn": { "payments": {}, "stock/staging": {} }, """);

    [Fact]
    public void Conditions_of_every_kind() => AssertSame(
        service => service
            .DeployedOn("kubernetes", "deployment/checkout")
            .Objective("slo", 99m, slo => slo
                .Events(valid: "v", bad: "b")
                .NotifyWhen("low", new BudgetRemainingCondition { Below = 0.25m }, "log")
                .NotifyWhen("minutes", new BudgetRemainingCondition { Below = 20, Unit = BudgetUnit.Minutes }, "log")
                .NotifyWhen("events", new BudgetRemainingCondition { Below = 500, Unit = BudgetUnit.Events }, "log")
                .NotifyWhen("burned", new BudgetConsumedCondition { Lookback = Duration.FromHours(1), Above = 0.05m }, "log")
                .NotifyWhen(
                    "bad",
                    new ForCondition
                    {
                        Duration = Duration.FromMinutes(10),
                        Condition = new SliBelowCondition { Value = 0.95m, Lookback = Duration.FromMinutes(30) },
                    },
                    "log")
                .RollBack("silence", mode: RollbackMode.Approve, when: new TrafficLostCondition())),
        """
        "slo": { "Target": "99%", "Indicator": { "Valid": "v", "Bad": "b" }, "Rules": {
            "low": { "When": { "BudgetRemaining": "25%" }, "Notify": { "log": {} } },
            "minutes": { "When": { "BudgetRemaining": "20m" }, "Notify": { "log": {} } },
            "events": { "When": { "BudgetRemaining": "500 events" }, "Notify": { "log": {} } },
            "burned": { "When": { "BudgetConsumed": { "Lookback": "1h", "Above": "5%" } }, "Notify": { "log": {} } },
            "bad": { "When": { "For": { "Duration": "10m", "SliBelow": { "Value": "95%", "Lookback": "30m" } } }, "Notify": { "log": {} } },
            "silence": { "When": { "TrafficLost": {} }, "Rollback": { "Mode": "Approve" } } } }
        """,
        """ "Deploys": { "Workload": "deployment/checkout" }, """);

    [Fact]
    public void Minimums_of_slices() => AssertSame(
        service => service
            .DeployedOn("kubernetes", "deployment/checkout")
            .Objective("slo", 99m, slo => slo
                .Events(valid: "v", bad: "b")
                .Timeslices(Duration.FromMinutes(1), ComparisonOperator.GreaterOrEqual, 0.99m)
                .RollBack("bad", rule: rule => rule.MinimumSlices(2))),
        """
        "slo": { "Target": "99%", "Indicator": { "Valid": "v", "Bad": "b" }, "Budgeting": "Timeslices", "Slices": { "Good": ">= 99%" },
            "Rules": { "bad": { "Rollback": {}, "MinimumBad": 2 } } }
        """,
        """ "Deploys": { "Workload": "deployment/checkout" }, """);

    [Fact]
    public void References_that_cannot_be_keys_are_refused_at_once()
    {
        Assert.Throws<ArgumentException>(() => Describe(service => service.DependsOn("a:b")));
        Assert.Throws<ArgumentException>(() => Describe(service => service.DependsOn(" ")));
        Assert.Throws<ArgumentException>(() => Describe(service => service.Objective("a", 99m, slo => slo.Composite(CompositeKind.All, "a", "b:c"))));
    }

    [Fact]
    public void A_member_twice_in_code_is_a_fault() =>
        Assert.Contains(
            "SloRollback:Services:checkout/production:Objectives:mean:Indicator:Composite:Members:A  is defined twice in code",
            Reading.Lines(Describe(service => service.Objective("mean", 99m, slo => slo.Composite(("a", 1), ("A", 2))))));

    private static SloRollbackOptions Describe(Action<MonitoredServiceBuilder> describe) =>
        Reading.Code(builder => builder.AddMonitoredService("checkout", "production", describe), Others);

    private static void AssertSame(Action<MonitoredServiceBuilder> describe, string objectives, string more = "")
    {
        var code = Describe(describe);
        var json = Reading.Json(
            $$"""
            { "SloRollback": { "Services": { "checkout": { "Environment": "production", {{more}} "Objectives": { {{objectives}} } } } } }
            """,
            Others);

        Assert.Equal("", string.Join('\n', Reading.Lines(code)));
        Assert.Equal("", string.Join('\n', Reading.Lines(json)));
        Assert.Equal(Written(json), Written(code));
    }

    private static string Written(SloRollbackOptions options) =>
        JsonSerializer.Serialize(options.Services.Single(s => s.Id.Name == "checkout") with { Path = "" }, Everything);

    private const string Others = """
        { "SloRollback": { "Services": {
            "payments": { "Environment": "production", "Objectives": { "a": { "Target": "99%", "Indicator": { "Valid": "v", "Bad": "b" } } } },
            "stock": { "Environment": "staging", "Objectives": { "a": { "Target": "99%", "Indicator": { "Valid": "v", "Bad": "b" } } } } } } }
        """;
}
