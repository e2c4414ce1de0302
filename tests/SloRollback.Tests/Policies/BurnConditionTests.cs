namespace SloRollback.Tests.Policies;

/// <summary>One hour of 100 requests a minute at 99 %: above 14.4 means more than 864 bad of 6,000.</summary>
public sealed class BurnConditionTests
{
    private static readonly ObjectiveTarget Slo = Given.Slo(99);
    private static readonly PolicyRule Rule = Given.PageRule();
    private readonly ObjectiveTracker tracker = Given.Tracker();

    private Judgement Judge(Condition condition, Deployment? since = null, PolicyRule? rule = null) =>
        tracker.Judge(condition, since, rule);

    private void Fill(int count, SliStep step) => tracker.Fill(tracker.HasStarted ? tracker.Next : Given.Step0, count, step);

    [Theory]
    [InlineData(864, Verdict.NotBreached)]
    [InlineData(865, Verdict.Breached)]
    public void Breached_means_above_the_factor(int bad, Verdict verdict)
    {
        Fill(59, Given.Measured(0, 100));
        Fill(1, Given.Measured(bad, 100));
        Assert.Equal(verdict, Judge(Given.Burn(Given.Hour, 14.4m)).Verdict);
    }

    [Fact]
    public void Both_look_backs_must_be_above()
    {
        Fill(50, Given.Measured(0, 100));
        Fill(10, Given.Measured(90, 100));
        Assert.Equal(Verdict.Breached, Judge(Given.Burn(Given.Hour, Duration.FromMinutes(5), 14.4m)).Verdict);
        Fill(5, Given.Measured(0, 100));
        Assert.Equal(Verdict.NotBreached, Judge(Given.Burn(Given.Hour, Duration.FromMinutes(5), 14.4m)).Verdict);
    }

    [Theory]
    [InlineData(99, 5, UnknownReason.TooFewEvents)]
    [InlineData(100, 4, UnknownReason.TooFewEvents)]
    [InlineData(100, 5, UnknownReason.None)]
    public void The_minimums_are_counted_in_the_long_look_back(double valid, double bad, UnknownReason reason)
    {
        Fill(59, Given.Measured(0, 0));
        Fill(1, Given.Measured(bad, valid));
        Assert.Equal(reason, Judge(Given.Burn(Given.Hour, Given.Minute, 1m)).Reason);
    }

    [Theory]
    [InlineData(StepState.Unmeasured)]
    [InlineData(StepState.Inconsistent)]
    public void A_newest_step_that_is_not_measured_makes_it_unknown(StepState state)
    {
        Fill(60, Given.Measured(50, 100));
        Fill(1, new SliStep(state));
        Assert.Equal(Judgement.Unknown(UnknownReason.NewestStepUnmeasured), Judge(Given.Burn(Given.Hour, 14.4m)));
    }

    [Theory]
    [InlineData(30, Verdict.NotBreached)]
    [InlineData(29, Verdict.Unknown)]
    public void Under_half_of_a_look_back_measured_is_unknown(int measured, Verdict verdict)
    {
        Fill(100, Given.Measured(0, 100));
        Fill(60 - measured, Given.Unmeasured);
        Fill(measured, Given.Measured(1, 100));
        var judgement = Judge(Given.Burn(Given.Hour, 14.4m));
        Assert.Equal(verdict, judgement.Verdict);
        Assert.Equal(verdict == Verdict.Unknown ? UnknownReason.LookbackUnmeasured : UnknownReason.None, judgement.Reason);
    }

    [Fact]
    public void Under_half_measured_is_breached_all_the_same_when_it_is_above()
    {
        Fill(55, Given.Unmeasured);
        Fill(5, Given.Measured(50, 100));
        Assert.Equal(Verdict.Breached, Judge(Given.Burn(Given.Hour, 4m)).Verdict);
        Assert.Equal(Verdict.Unknown, Judge(Given.Burn(Given.Hour, 5m)).Verdict);
    }

    [Fact]
    public void Before_the_first_step_a_look_back_is_still_filling()
    {
        Fill(20, Given.Measured(1, 100));
        Assert.Equal(UnknownReason.StillFilling, Judge(Given.Burn(Given.Hour, 14.4m)).Reason);
    }

    [Fact]
    public void A_short_look_back_that_is_blind_is_no_filling_of_the_long_one()
    {
        Fill(100, Given.Measured(1, 100));
        Fill(25, Given.Unmeasured);
        Fill(5, Given.Measured(1, 100));
        Assert.Equal(UnknownReason.LookbackUnmeasured, Judge(Given.Burn(Duration.FromHours(6), Duration.FromMinutes(30), 6m)).Reason);
    }

    [Fact]
    public void Unmeasured_steps_count_as_valid_and_none_bad()
    {
        // 30 measured minutes with 10 % errors: with the blind half counted at the mean rate it is 5 %.
        Fill(30, Given.Unmeasured);
        Fill(30, Given.Measured(10, 100));
        Assert.Equal(Verdict.NotBreached, Judge(Given.Burn(Given.Hour, 5m)).Verdict);
        Assert.Equal(Verdict.Breached, Judge(Given.Burn(Given.Hour, 4.99m)).Verdict);
    }

    [Fact]
    public void Since_the_deployment_only_its_bad_events_count_over_all_valid_ones()
    {
        Fill(30, Given.Measured(100, 100));
        Fill(30, Given.Measured(10, 100));
        var since = Given.Deployment("v2", 30);
        Assert.Equal(Verdict.Breached, Judge(Given.Burn(Given.Hour, 50m), since).Verdict);
        Assert.Equal(Verdict.NotBreached, Judge(Given.Burn(Given.Hour, 5m, sinceDeployment: true), since).Verdict);
        Assert.Equal(Verdict.Breached, Judge(Given.Burn(Given.Hour, 4.99m, sinceDeployment: true), since).Verdict);
    }

    [Theory]
    [InlineData(0.10, Verdict.NotBreached)]
    [InlineData(0.0999, Verdict.Breached)]
    public void Budget_consumed_since_the_deployment_counts_against_the_whole_periods_budget(double above, Verdict verdict)
    {
        // 3 of 30 days measured at 100 a minute: the whole period's budget is 43,200.
        Fill(4320 - 10, Given.Measured(0, 100));
        var since = Given.Deployment("v2", 4310);
        Fill(10, Given.Measured(432, 100_0) with { Valid = 100 });
        Assert.Equal(verdict, Judge(new BudgetConsumedSinceDeploymentCondition { Above = (decimal)above }, since).Verdict);
    }

    [Fact]
    public void Under_a_tenth_of_the_period_measured_the_budget_is_unknown()
    {
        Fill(4319, Given.Measured(50, 100));
        var condition = new BudgetConsumedSinceDeploymentCondition { Above = 0.01m };
        Assert.Equal(UnknownReason.StillFilling, Judge(condition, Given.Deployment("v2", 0)).Reason);
        Fill(1, Given.Unmeasured);
        Fill(1, Given.Measured(50, 100));
        Assert.Equal(Verdict.Breached, Judge(condition, Given.Deployment("v2", 0)).Verdict);
    }

    [Fact]
    public void Under_a_tenth_measured_of_a_period_that_has_passed_is_blindness()
    {
        Fill(10, Given.Measured(50, 100));
        Fill(4400, Given.Unmeasured);
        Fill(1, Given.Measured(50, 100));
        Assert.Equal(UnknownReason.PeriodUnmeasured, Judge(new BudgetConsumedSinceDeploymentCondition { Above = 0.01m }, Given.Deployment("v2", 0)).Reason);
    }

    [DiceProperty(MaxTest = 200)]
    public void The_share_of_the_budget_is_compared_exactly(Dice dice)
    {
        var slo = Given.Slo(dice.Between(1, 9999) / 100m);
        var above = dice.Between(1, 100) / 100m;
        var small = Given.Tracker(Given.Events(slo.Fraction * 100, CompliancePeriod.Rolling(Duration.FromMinutes(10))));
        for (var i = 0; i < 9; i++) small.Record(Given.Step0 + i, Given.Measured(0, 10_000));
        var bad = decimal.Floor(above * slo.ErrorBudgetFraction * 100_000);
        small.Record(Given.Step0 + 9, new SliStep(StepState.Measured, (double)bad, 10_000));
        Assert.Equal(Verdict.NotBreached, small.Judge(new BudgetConsumedSinceDeploymentCondition { Above = above }, Given.Deployment("v2", 0)).Verdict);
    }

    [DiceProperty(MaxTest = 300)]
    public void Good_events_after_the_deployment_never_turn_not_breached_into_breached(Dice dice)
    {
        var (with, without) = (Given.Tracker(), Given.Tracker());
        var start = dice.Between(0, 100);
        for (var i = 0; i < 120; i++)
        {
            var step = dice.Chance(0.2) ? dice.Of(Given.Unmeasured, new SliStep(StepState.Missing)) : Given.Measured(dice.Below(30), 100);
            without.Record(Given.Step0 + i, step);
            with.Record(Given.Step0 + i, i >= start && step.State == StepState.Measured ? step with { Valid = step.Valid + dice.Below(50) } : step);
        }

        var deployment = Given.Deployment("v2", start);
        foreach (var condition in new Condition[]
        {
            Given.Burn(Given.Hour, dice.Between(1, 30), sinceDeployment: true),
            Given.Burn(Given.Hour, dice.Between(1, 30)),
            Given.Burn(Given.Hour, Duration.FromMinutes(5), dice.Between(1, 30), dice.Chance(0.5)),
            BurnRatePairs.Create("page", Slo, Given.Month, dice.Chance(0.5))!,
        })
        {
            var before = without.Judge(condition, deployment).Verdict;
            var after = with.Judge(condition, deployment).Verdict;
            Assert.False(before == Verdict.NotBreached && after == Verdict.Breached);
        }
    }
}
