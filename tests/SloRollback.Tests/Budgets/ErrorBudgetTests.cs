namespace SloRollback.Tests.Budgets;

public sealed class ErrorBudgetTests
{
    private static ErrorBudget Whole(decimal percent, double bad, double valid)
    {
        var period = new WindowCounts { Bad = bad, Valid = valid, Steps = 10, Seen = 10 };
        return ErrorBudget.Create(Given.Terms(Given.Events(percent)), new PeriodCounts { Passed = period, Steps = 10 });
    }

    [Fact]
    public void Of_100_000_valid_at_99_percent_250_bad_leave_three_quarters_which_is_healthy()
    {
        var budget = Whole(99, 250, 100_000);
        Assert.Equal(1000, budget.Total);
        Assert.Equal(0.75, budget.Remaining);
        Assert.Equal(BudgetBand.Healthy, budget.Band);
        Assert.Equal(BudgetBand.Observe, Whole(99, 251, 100_000).Band);
    }

    [Fact]
    public void Of_900_valid_at_99_9_percent_900_bad_leave_minus_99_900_percent()
    {
        var budget = Whole(99.9m, 900, 900);
        Assert.Equal(0.9, budget.Total);
        Assert.Equal(-999, budget.Remaining, 9);
        Assert.Equal(BudgetBand.Exhausted, budget.Band);
        Assert.Equal("-99900%", HumanFormat.Percent(budget.Remaining));
    }

    [Fact]
    public void Nothing_valid_is_no_data_and_nothing_consumed()
    {
        var budget = Whole(99, 0, 0);
        Assert.Equal((0, 1, BudgetBand.NoData), (budget.Consumed, budget.Remaining, budget.Band));
        Assert.Null(new WindowCounts().Sli);
    }

    [Fact]
    public void Of_a_period_that_is_excluded_altogether_nothing_was_measured()
    {
        var excluded = new WindowCounts { Steps = 10, Excluded = 10 };
        var budget = ErrorBudget.Create(Given.Terms(), new PeriodCounts { Passed = excluded, Steps = 10 });
        Assert.Equal((0, 0), (budget.Measured, budget.Coverage));
    }

    [DiceProperty(MaxTest = 3000)]
    public void Bands_hold_exactly_at_their_boundaries(Dice dice)
    {
        var percent = dice.Between(1, 9999) / 100m;
        var valid = dice.Between(1, 5000) * 400L;
        var total = (1 - (percent / 100)) * valid;
        foreach (var (share, at) in new[] { (0.25m, BudgetBand.Healthy), (0.5m, BudgetBand.Observe), (0.75m, BudgetBand.NeedsAttention), (1m, BudgetBand.Exhausted) })
        {
            var bad = total * share;
            if (bad != decimal.Floor(bad)) continue;

            Assert.Equal(at, Whole(percent, (double)bad, valid).Band);
            Assert.NotEqual(at, Whole(percent, (double)bad + (share == 1 ? -1 : 1), valid).Band);
        }
    }

    [Fact]
    public void The_unmeasured_part_of_the_period_counts_at_the_mean_rate_of_the_last_week()
    {
        var period = new WindowCounts { Bad = 3, Valid = 2000, Steps = 100, Seen = 15, Missing = 5, Excluded = 10 };
        var recent = new WindowCounts { Valid = 1500, Steps = 20, Seen = 10, Missing = 5 };
        var budget = ErrorBudget.Create(Given.Terms(), new PeriodCounts { Passed = period, Steps = 100, ExpectedRate = recent.MeanRate });
        Assert.Equal(70, period.Unmeasured);
        Assert.Equal(0.01 * (2000 + (100 * 70)), budget.Total);
        Assert.Equal(20, budget.TotalSoFar);
        Assert.Equal(15 / 90.0, budget.Coverage);
        Assert.Equal(0.85, budget.RemainingSoFar, 12);
    }

    [Fact]
    public void Unmeasured_steps_of_a_look_back_count_as_valid_at_its_mean_rate()
    {
        var window = new WindowCounts { Bad = 10, Valid = 1000, Steps = 10, Seen = 4, Missing = 1 };
        Assert.Equal(2000, window.EffectiveValid);
        Assert.Equal(1000, (window with { Steps = 5 }).EffectiveValid);
        Assert.Equal(1000, (window with { Excluded = 5 }).EffectiveValid);
    }
}
