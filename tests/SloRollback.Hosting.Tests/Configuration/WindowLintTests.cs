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

    [Fact]
    public void Every_condition_on_errors_tells_how_many_it_takes()
    {
        Assert.Equal(0.02m, Least(new SliBelowCondition { Value = 0.99m, Lookback = 2 * Hour }));
        Assert.Equal(0.0072m, Least(new BudgetConsumedCondition { Above = 0.01m, Lookback = 6 * Hour }));
        Assert.Equal(0.0144m, Least(new BudgetConsumedCondition { Above = 0.01m, Lookback = Hour / 2 }));
        Assert.Equal(0.54m, Least(new BudgetRemainingCondition { Below = 0.25m }));
        Assert.Equal(0.0144m, Least(new ForCondition { Condition = OnePercent, Duration = Hour / 2 }));
        Assert.True(Least(new ForCondition { Condition = OnePercent, Duration = Hour }) > 1);
    }

    [Fact]
    public void A_condition_that_needs_no_errors_says_nothing_of_them()
    {
        var lost = new TrafficLostCondition();

        Assert.Null(Least(lost));
        Assert.Null(Least(new BudgetRemainingCondition { Below = 5, Unit = BudgetUnit.Events }));
        Assert.Equal(0.0072m, Least(new AnyCondition { Conditions = [lost, OnePercent] }));
        Assert.Empty(Reading.With(($"{Rule}:When:TrafficLost", "")).Notices);
    }

    [Fact]
    public void Slices_are_called_slices() =>
        Assert.Equal(
            "is 1h: at 99.9% the condition \"page\" fires inside it only above 1.4% bad slices",
            Assert.Single(Reading.With(
                ($"{Reading.Objective}:Budgeting", "Timeslices"), ($"{Reading.Objective}:Slices:Good", ">= 99%")).Notices).Message);

    private static decimal? Least(Condition condition) =>
        WindowLint.LeastErrors(condition, new ObjectiveTarget(0.999m), Duration.FromDays(30), Hour);
}
