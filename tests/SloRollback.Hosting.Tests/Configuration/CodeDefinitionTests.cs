using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Objectives;
using SloRollback.Policies;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Configuration;

public sealed class CodeDefinitionTests
{
    private const string Root = "SloRollback:Services:checkout/production";

    [Fact]
    public void The_promised_definition_is_read()
    {
        var options = Reading.Code(builder => builder
            .AddMonitoredService("checkout", "production", service => service
                .DeployedOn("kubernetes", infrastructure: "prod-eu", "shop/deployment/checkout")
                .Objective("availability", target: 99.9m, CompliancePeriod.Rolling(days: 30), slo => slo
                    .Events(valid: "http_requests_total{job='checkout'}", bad: "http_requests_total{job='checkout',code=~'5..'}")
                    .RollBack("bad-release", within: Duration.FromHours(1), RollbackMode.Automatic))));

        Assert.Empty(Reading.Lines(options));
        var service = Assert.Single(options.Services);
        Assert.Equal(Root, service.Path);
        Assert.Equal(
            new DeploymentTarget { Provider = "kubernetes", Infrastructure = "prod-eu", Workload = "shop/deployment/checkout" },
            service.Target);
        var objective = Assert.Single(service.Objectives);
        Assert.Equal(BurnRatePairs.Create("page", objective.Target, Duration.FromDays(30), true), Assert.Single(objective.Rules).When);
        Assert.Equal([$"{Root}:Objectives:availability:Rules:bad-release:Rollback:Mode"], options.AutomaticModes);
    }

    [Fact]
    public void Everything_that_a_file_can_say()
    {
        var options = Reading.Code(builder => builder.AddMonitoredService("checkout", "production", service => service
            .Objective("availability", 0.99m, slo => slo
                .Events(good: "g", valid: "v")
                .From("prometheus")
                .NotifyWhen("slow", "ticket", "log", "slack")
                .RollBack("bad", rule: rule => rule
                    .When("ticket")
                    .On("kubernetes", "", "deployment/checkout")
                    .MinimumEvents(valid: 10, bad: 1)
                    .Notify("log"))
                .RollBack("late", within: Duration.FromDays(1), rule: rule => rule
                    .AllowLongWindow()
                    .On("kubernetes", "prod-eu", "deployment/checkout")))));

        Assert.Empty(Reading.Lines(options));
        var rules = Assert.Single(Assert.Single(options.Services).Objectives).Rules;
        Assert.Equal(["bad", "late", "slow"], rules.Select(rule => rule.Id));
        Assert.Equal((10L, 1L), (rules[0].MinimumValid, rules[0].MinimumBad));
        Assert.Equal("deployment/checkout", rules[0].Rollback!.Target.Workload);
        Assert.Equal(Duration.FromDays(1), rules[1].Rollback!.Window.Length);
        Assert.Equal(["log", "slack"], rules[2].Notify);
    }

    [Fact]
    public void The_example_of_the_documentation_is_read()
    {
        var options = Reading.Code(
            builder => builder
                .WithDowntime(new RecurringDowntime { Id = "nightly", TimeOfDay = new LocalTime(2, 0), Length = Duration.FromHours(1), Zone = "Europe/Berlin" })
                .AddMonitoredService("checkout", "production", service => service
                    .DeployedOn("kubernetes", "shop/deployment/checkout")
                    .DependsOn("payments")
                    .Objective("availability", 99.9m, CompliancePeriod.Month("Europe/Berlin"), slo => slo
                        .Events(valid: "http_requests_total", bad: "http_requests_total{code=~'5..'}")
                        .RollBack("bad-release", when: new TrafficLostCondition())
                        .NotifyWhen("running-low", new BudgetRemainingCondition { Below = 0.25m }, "log"))
                    .Objective("latency", 99m, CompliancePeriod.Month("Europe/Berlin"), slo => slo
                        .Latency("http_request_duration_seconds", Duration.FromMilliseconds(300)))
                    .Objective("queue", 99m, slo => slo
                        .Gauge("orders_queue_seconds")
                        .Timeslices(Duration.FromMinutes(5), ComparisonOperator.LessOrEqual, 30, consecutive: 3, retroactive: true))
                    .Objective("shopping", 99.5m, slo => slo.Composite(("availability", 2), ("latency", 1)))),
            """
            { "SloRollback": { "Services": { "payments": { "Environment": "production", "Objectives": {
                "a": { "Target": "99%", "Indicator": { "Valid": "v", "Bad": "b" } } } } } } }
            """);

        Assert.Equal("", string.Join('\n', Reading.Lines(options)));
        Assert.Equal(["availability", "latency", "queue", "shopping"], options.Services.Single(s => s.Path == Root).Objectives.Select(o => o.Id));
    }

    [Fact]
    public void Mistakes_have_the_paths_and_words_of_a_file()
    {
        var options = Reading.Code(builder => builder.AddMonitoredService("checkout", "production", service => service
            .DeployedOn("nomad", "job/checkout")
            .Objective("availability", 100m, slo => slo
                .Events(valid: "v")
                .RollBack("bad", within: Duration.FromHours(-1), (RollbackMode)7)
                .NotifyWhen("low", new BurnRateCondition { Lookback = Duration.FromSeconds(90), Above = 0 }, "pager")
                .NotifyWhen("none", new AnyCondition { Conditions = default }, "log"))));

        Assert.Equal(
            [
                $"{Root}:Objectives:availability:Target  \"100\" leaves no error budget; use a value below 100%",
                $"{Root}:Objectives:availability:Indicator  needs exactly two of Good, Bad and Valid, and has Valid;"
                    + " example: { \"Valid\": \"http_requests_total\", \"Bad\": \"http_requests_total{code=~'5..'}\" }",
                $"{Root}:Objectives:availability:Rules:bad:Rollback:Window  \"-1h\" is not a duration; examples: 500ms, 30s, 1h30m, 7d",
                $"{Root}:Objectives:availability:Rules:bad:Rollback:Mode  \"7\" is not known; one of: Observe, Approve, Automatic",
                $"{Root}:Objectives:availability:Rules:low:When:BurnRate:Lookback  1m30s is not a whole number of steps of 1m",
                $"{Root}:Objectives:availability:Rules:low:When:BurnRate:Above  0 is not above 0",
                $"{Root}:Objectives:availability:Rules:none:When:Any  holds no conditions; example: {{ \"fast\": {{ ... }}, \"slow\": {{ ... }} }}",
                $"{Root}:Deploys:Provider  \"nomad\" is not registered; known: kubernetes",
                $"{Root}:Objectives:availability:Rules:low:Notify:pager  \"pager\" is not registered; known: log, slack",
            ],
            Reading.Lines(options));
    }

    [Fact]
    public void The_same_id_in_code_and_file_is_a_fault() =>
        Assert.Equal(
            [$"{Root}  checkout/production is already defined in SloRollback:Services:checkout"],
            Reading.Lines(Reading.Code(
                builder => builder.AddMonitoredService("checkout", "production", Describe),
                """
                { "SloRollback": { "Services": { "checkout": { "Environment": "production", "Objectives": {
                    "a": { "Target": "99%", "Indicator": { "Valid": "v", "Bad": "b" } } } } } } }
                """)));

    [Fact]
    public void The_same_id_twice_in_code_is_a_fault() =>
        Assert.Equal(
            [
                $"{Root}:Objectives:a:Rules:r  is defined twice in code",
                $"{Root}:Objectives:A  is defined twice in code",
                $"{Root}  checkout/production is already defined in {Root}",
            ],
            Reading.Lines(Reading.Code(builder => builder
                .AddMonitoredService("checkout", "production", service => service
                    .Objective("a", 99m, slo => slo
                        .Events(valid: "v", bad: "b")
                        .NotifyWhen("r", "page", "log")
                        .NotifyWhen("r", "ticket", "log"))
                    .Objective("A", 100m, slo => slo.From("nowhere")))
                .AddMonitoredService("checkout", "production", Describe))));

    [Fact]
    public void The_same_service_in_two_environments_is_two() =>
        Assert.Equal(
            ["checkout/production", "checkout/staging"],
            Reading.Code(builder => builder
                .AddMonitoredService("checkout", "production", Describe)
                .AddMonitoredService("checkout", "staging", Describe)).Services.Select(service => service.Id.ToString()));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a:b")]
    [InlineData("a/b")]
    [InlineData("a ")]
    public void What_cannot_be_an_id_is_refused_at_once(string id) =>
        Assert.Throws<ArgumentException>(() => Reading.Code(builder => builder.AddMonitoredService(id, "production", Describe)));

    private static void Describe(MonitoredServiceBuilder service) => service
        .Objective("a", 99m, slo => slo.Events(valid: "v", bad: "b").NotifyWhen("r", "page", "log"));
}
