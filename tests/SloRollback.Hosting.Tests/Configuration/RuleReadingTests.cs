using NodaTime;
using SloRollback.Deployments;
using SloRollback.Policies;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Configuration;

public sealed class RuleReadingTests
{
    private const string Rule = Reading.Rule;

    private static readonly BudgetConsumedSinceDeploymentCondition OnePercent = new() { Above = 0.01m };

    private static readonly BurnRateCondition SixTimes = new() { Lookback = Duration.FromHours(1), Above = 6 };

    [Fact]
    public void Defaults()
    {
        var rule = ReadRule();

        Assert.Equal(RollbackMode.Observe, rule.Rollback!.Mode);
        Assert.Equal(RollbackWindow.Default, rule.Rollback.Window);
        Assert.Equal(100, rule.MinimumValid);
        Assert.Equal(5, rule.MinimumBad);
        Assert.Empty(rule.Notify);
    }

    [Fact]
    public void Everything_written()
    {
        var rule = ReadRule(
            ($"{Rule}:Rollback:Window", "24h"), ($"{Rule}:Rollback:AllowLongWindow", "TRUE"), ($"{Rule}:Rollback:Mode", "approve"),
            ($"{Rule}:Notify:Slack", ""), ($"{Rule}:Notify:log", ""), ($"{Rule}:MinimumValid", "0"), ($"{Rule}:MinimumBad", "1"));

        Assert.Equal(RollbackMode.Approve, rule.Rollback!.Mode);
        Assert.Equal(Duration.FromHours(24), rule.Rollback.Window.Length);
        Assert.Equal(0, rule.MinimumValid);
        Assert.Equal(1, rule.MinimumBad);
        Assert.Equal(["log", "slack"], rule.Notify.Order());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("page")]
    [InlineData("PAGE")]
    public void A_built_in_of_a_rollback_counts_since_the_deployment(string? name)
    {
        var rule = name is null ? ReadRule() : ReadRule(($"{Rule}:When", name));

        var any = Assert.IsType<AnyCondition>(rule.When);
        Assert.Equal(2, any.Conditions.Length);
        Assert.All(any.Conditions, part => Assert.True(Assert.IsType<MultiWindowBurnRateCondition>(part).SinceDeployment));
    }

    [Fact]
    public void A_built_in_of_a_notification_counts_everything()
    {
        var rule = ReadRule(($"{Rule}:Rollback", null), ($"{Rule}:Notify:log", ""), ($"{Rule}:When", "ticket"));

        Assert.Null(rule.Rollback);
        var any = Assert.IsType<AnyCondition>(rule.When);
        Assert.All(any.Conditions, part => Assert.False(Assert.IsType<MultiWindowBurnRateCondition>(part).SinceDeployment));
    }

    [Fact]
    public void Parts_are_keyed_by_id_or_listed()
    {
        var keyed = ReadRule(
            ($"{Rule}:When:All:budget:BudgetConsumedSinceDeployment", "1%"),
            ($"{Rule}:When:All:speed:BurnRate:Lookback", "1h"), ($"{Rule}:When:All:speed:BurnRate:Above", "6"));
        var listed = ReadRule(
            ($"{Rule}:When:All:0:BudgetConsumedSinceDeployment:Above", "1%"),
            ($"{Rule}:When:All:1:BurnRate:Lookback", "60m"), ($"{Rule}:When:All:1:BurnRate:Above", "6.0"));

        Assert.Equal(new AllCondition { Conditions = [OnePercent, SixTimes] }, keyed.When);
        Assert.Equal(keyed.When, listed.When);
    }

    [Fact]
    public void A_rollback_without_a_part_since_the_deployment_gets_one_and_says_so()
    {
        var options = Reading.With(($"{Rule}:When:BurnRate:Lookback", "1h"), ($"{Rule}:When:BurnRate:Above", "6"));

        Assert.Empty(Reading.Lines(options));
        Assert.Equal(new AllCondition { Conditions = [SixTimes, OnePercent] }, options.Services[0].Objectives[0].Rules[0].When);
        Assert.Contains(options.Notices, notice => notice.Path == $"SloRollback:{Rule}:When"
            && notice.Message == "counts errors from before the deployment too; a rollback needs \"BudgetConsumedSinceDeployment\": \"1%\""
                + " besides, which is added");
    }

    [Fact]
    public void A_notification_is_left_as_it_is()
    {
        var rule = ReadRule(
            ($"{Rule}:Rollback", null), ($"{Rule}:Notify:log", ""),
            ($"{Rule}:When:BurnRate:Lookback", "1h"), ($"{Rule}:When:BurnRate:Above", "6"));

        Assert.Equal(SixTimes, rule.When);
    }

    [Fact]
    public void A_notification_that_counts_since_a_deployment_is_worth_a_warning() =>
        Assert.Contains(
            "\"BudgetConsumedSinceDeployment\" is never breached there",
            Assert.Single(Reading.With(
                ($"{Rule}:Rollback", null), ($"{Rule}:Notify:log", ""), ($"{Rule}:When:Any:a:BudgetConsumedSinceDeployment", "1%")).Notices).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_rules_target_overrides_single_members()
    {
        var rule = ReadRule(
            ("Services:checkout:Deploys:Infrastructure", "prod-eu"),
            ("Services:checkout:Deploys:Namespace", "shop"),
            ($"{Rule}:Rollback:Target:Workload", "deployment/canary"));

        Assert.Equal(
            new DeploymentTarget { Provider = "kubernetes", Infrastructure = "prod-eu", Workload = "shop/deployment/canary" },
            rule.Rollback!.Target);
    }

    [Fact]
    public void A_rules_target_serves_a_service_that_is_only_watched()
    {
        var rule = ReadRule(("Services:checkout:Deploys", null), ($"{Rule}:Rollback:Target:Workload", "deployment/other"));

        Assert.Equal(new DeploymentTarget { Provider = "kubernetes", Workload = "deployment/other" }, rule.Rollback!.Target);
    }

    private static PolicyRule ReadRule(params (string Key, string? Value)[] changes)
    {
        var options = Reading.With(changes);
        Assert.Empty(Reading.Lines(options));
        return Assert.Single(Assert.Single(Assert.Single(options.Services).Objectives).Rules);
    }
}
