using NodaTime;
using SloRollback.Deployments;
using SloRollback.Objectives;
using SloRollback.Policies;
using SloRollback.Rollbacks;
using SloRollback.Services;

namespace SloRollback.Hosting.Tests.Configuration;

/// <summary>The configuration and the message that the design promises.</summary>
public sealed class ExperienceTests
{
    private const string RunningLow = """
        , "running-low": { "When": { "BudgetRemaining": "25%" }, "Notify": { "slack": {} } }
        """;

    [Fact]
    public void The_promised_configuration_is_read()
    {
        var options = Reading.Json(Experience(""));

        Assert.Empty(Reading.Lines(options));
        var service = Assert.Single(options.Services);
        Assert.Equal(new ServiceId("checkout", "production"), service.Id);
        Assert.Equal("SloRollback:Services:checkout", service.Path);
        var target = new DeploymentTarget { Provider = "kubernetes", Infrastructure = "prod-eu", Workload = "shop/deployment/checkout" };
        Assert.Equal(target, service.Target);
        var objective = Assert.Single(service.Objectives);
        Assert.Equal("availability", objective.Id);
        Assert.Equal(0.999m, objective.Target.Fraction);
        Assert.Equal(CompliancePeriod.Rolling(30), objective.Period);
        Assert.Equal("prometheus", objective.Indicator.Source);
        var rule = Assert.Single(objective.Rules);
        Assert.Equal("bad-release", rule.Id);
        var window = new RollbackWindow(Duration.FromHours(1));
        Assert.Equal(new RollbackAction { Window = window, Mode = RollbackMode.Automatic, Target = target }, rule.Rollback);
        Assert.Equal(BurnRatePairs.Create("page", objective.Target, Duration.FromDays(30), sinceDeployment: true), rule.When);
    }

    [Fact]
    public void The_promised_rule_about_the_rest_of_the_budget_is_read()
    {
        var options = Reading.Json(Experience(RunningLow));

        Assert.Empty(Reading.Lines(options));
        var rule = Assert.Single(options.Services).Objectives[0].Rules[1];
        Assert.Equal(new BudgetRemainingCondition { Below = 0.25m }, rule.When);
        Assert.Equal(["slack"], rule.Notify);
    }

    [Fact]
    public void Three_mistakes_make_one_message()
    {
        var options = Reading.Json(
            Experience("")
                .Replace("\"30d\"", "\"30x\"", StringComparison.Ordinal)
                .Replace("\"kubernetes\"", "\"kubernets\"", StringComparison.Ordinal),
            """
            { "SloRollback": { "Services": { "checkout": { "Objectives": { "latency": {
                "Target": "100%", "Indicator": { "Valid": "a", "Good": "b" } } } } } } }
            """);

        Assert.Equal(
            """
            SloRollback cannot start: 3 faults in the configuration
              SloRollback:Services:checkout:Objectives:availability:Period  "30x" is not a period; examples: 30d, week, month, quarter
              SloRollback:Services:checkout:Objectives:latency:Target  "100%" leaves no error budget; use a value below 100%
              SloRollback:Services:checkout:Deploys:Provider  "kubernets" is not registered; known: kubernetes
            """,
            new SloRollbackConfigurationException(options.Faults).Message);
    }

    [Fact]
    public void One_fault_is_not_plural() =>
        Assert.StartsWith(
            "SloRollback cannot start: 1 fault in the configuration\n  a  b",
            new SloRollbackConfigurationException([new ConfigurationFault("a", "b")]).Message,
            StringComparison.Ordinal);

    private static string Experience(string moreRules) => $$$"""
        { "SloRollback": { "Services": { "checkout": {
            "Environment": "production",
            "Deploys": { "Provider": "kubernetes", "Infrastructure": "prod-eu", "Namespace": "shop", "Workload": "deployment/checkout" },
            "Objectives": { "availability": {
                "Target": "99.9%", "Period": "30d",
                "Indicator": { "Valid": "http_requests_total{job=\"checkout\"}",
                               "Bad":   "http_requests_total{job=\"checkout\",code=~\"5..\"}" },
                "Rules": {
                  "bad-release": { "Rollback": { "Window": "1h", "Mode": "Automatic" } }{{{moreRules}}} } } } } } } }
        """;
}
