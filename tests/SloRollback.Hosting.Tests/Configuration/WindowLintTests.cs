using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Hosting.Configuration;
using SloRollback.Objectives;
using SloRollback.Policies;

namespace SloRollback.Hosting.Tests.Configuration;

public sealed class WindowLintTests
{
    private const string Rule = Reading.Rule;

    private static readonly Duration Hour = Duration.FromHours(1);
    private static readonly BurnRateCondition SixTimes = new() { Lookback = 2 * Hour, Above = 6 };
    private static readonly BudgetConsumedSinceDeploymentCondition OnePercent = new() { Above = 0.01m };

    [Theory]
    [InlineData("15m", LogLevel.Warning, "is 15m: at 99.9% the condition \"page\" fires inside it only above 5.8% errors")]
    [InlineData("1h", LogLevel.Information, "is 1h: at 99.9% the condition \"page\" fires inside it only above 1.4% errors")]
    [InlineData("12h", LogLevel.Information, "is 12h: at 99.9% the condition \"page\" fires inside it only above 0.6% errors")]
    public void A_short_window_sees_only_catastrophes(string window, LogLevel level, string message)
    {
        var notice = Assert.Single(Reading.With(($"{Rule}:Rollback:Window", window)).Notices);

        Assert.Equal(new ConfigurationNotice(level, $"SloRollback:{Rule}:Rollback:Window", message), notice);
    }

    [Fact]
    public void A_condition_of_ones_own_has_no_name()
    {
        var notice = Assert.Single(Reading.With(
            ($"{Reading.Objective}:Target", "50%"),
            ($"{Rule}:When:BurnRate:Lookback", "3h"),
            ($"{Rule}:When:BurnRate:Above", "1.5"),
            ($"{Rule}:When:BurnRate:SinceDeployment", "true")).Notices);

        Assert.Equal(LogLevel.Warning, notice.Level);
        Assert.Equal("is 1h: at 50% the condition cannot fire inside it, even if everything fails", notice.Message);
    }

    [Fact]
    public void Any_fires_with_its_easiest_part_and_all_with_its_hardest()
    {
        Assert.Equal(0.012m, Least(SixTimes));
        Assert.Equal(0.0072m, Least(OnePercent));
        Assert.Equal(0.0072m, Least(new AnyCondition { Conditions = [SixTimes, OnePercent] }));
        Assert.Equal(0.012m, Least(new AllCondition { Conditions = [SixTimes, OnePercent] }));
    }

    [Fact]
    public void A_window_longer_than_the_look_back_gives_no_more_time() =>
        Assert.Equal(0.006m, WindowLint.LeastErrors(SixTimes, new ObjectiveTarget(0.999m), Duration.FromDays(30), 12 * Hour));

    private static decimal? Least(Condition condition) =>
        WindowLint.LeastErrors(condition, new ObjectiveTarget(0.999m), Duration.FromDays(30), Hour);
}
