namespace SloRollback.Tests.Reference;

/// <summary>
/// Windows and rolling budgets against the reference. They may lack the events of less than one bucket at the old edge, and nothing
/// else: one edge explains all counts at once.
/// </summary>
public sealed class WindowReferenceTests
{
    private static Twin Any(Dice dice, int? period = null, double flaky = 0)
    {
        var steps = period ?? dice.Of(1, 10, 64, 65, 100, 150, 250, 400, dice.Between(2, 400));
        var first = Given.Step0 + dice.Below(500);
        var objective = RandomObjective.Rolling(dice, steps).WithResets(dice, Given.Minute, first - 50, first + 500);
        return new Twin(dice, objective, RandomObjective.Settings(dice, Given.Minute), first, new RandomSteps(dice, objective.Budgeting) { Flaky = flaky });
    }

    [DiceProperty(MaxTest = 3000)]
    public void A_window_lacks_at_most_the_events_of_one_bucket_at_its_old_edge(Dice dice)
    {
        var twin = Any(dice);
        for (var i = 0; i < 3; i++)
        {
            twin.Go(dice.Of(1, 3, 60, 100, 200));
            Agreement.Windows(dice, twin);
            Agreement.Between(dice, twin);
        }
    }

    [DiceProperty(MaxTest = 2500)]
    public void A_rolling_budget_lacks_at_most_the_events_of_one_bucket_at_its_old_edge(Dice dice)
    {
        var twin = Any(dice);
        for (var i = 0; i < 3; i++)
        {
            twin.Go(dice.Of(1, 3, 60, 100, 200));
            Agreement.RollingBudget(twin);
        }
    }

    [DiceProperty(MaxTest = 6)]
    public void So_it_is_with_the_default_sizes_and_a_month(Dice dice)
    {
        var first = Given.Step0 + dice.Below(500);
        var period = dice.Chance(0.5) ? CompliancePeriod.Rolling(30) : CompliancePeriod.Month("America/New_York");
        var objective = Given.Events(99.9m, period).WithResets(dice, Given.Minute, first, first + 50_000);
        var twin = new Twin(dice, objective, new EngineSettings(), first, new RandomSteps(dice, BudgetingMethod.Occurrences));
        for (var i = 0; i < 50_000; i++) twin.Record(twin.Values.Next());
        for (var i = 1; i < 400; i += 7) twin.Correct(twin.Naive.Next - i, twin.Values.Next());

        foreach (var steps in new[] { 5, 60, 420, 421, 1440, 4320, 4321, 10_080, 43_200 })
        {
            var edge = twin.Naive.Next - steps;
            Assert.True(twin.Explained(twin.Real.Last(steps), edge, twin.Naive.Next, twin.Slack(edge)) is not null, $"the last {steps} of {twin}");
        }

        if (period is CalendarPeriod)
        {
            Agreement.CalendarBudget(twin, twin.Naive.Next - 1);
            Agreement.Finished(twin, twin.Naive.Next - 1);
        }
        else
        {
            Agreement.RollingBudget(twin);
        }
    }

    [DiceProperty(MaxTest = 300)]
    public void Growth_recovered_over_however_many_gaps_lacks_or_adds_no_more_than_one_bucket(Dice dice)
    {
        var twin = Any(dice, period: dice.Of(100, 200, 300, 400), flaky: 0.4);
        for (var i = 0; i < 3; i++)
        {
            twin.Go(dice.Of(60, 100, 200, 300));
            var (count, bucket, budget) = (twin.Real.Terms.LongestPeriodSteps, twin.CoarseBucket, twin.Real.Budget());
            var (most, least) = (twin.Naive.Rolling(count + bucket, long.MinValue, 0), twin.Naive.Rolling(count - bucket, long.MinValue, 0));
            Assert.InRange(budget.Valid, (double)least.Valid - twin.Tolerance, (double)most.Valid + twin.Tolerance);
            Assert.InRange(budget.Bad + budget.Forgiven, (double)(least.Bad + least.Forgiven) - twin.Tolerance, (double)(most.Bad + most.Forgiven) + twin.Tolerance);
        }
    }

    [Fact]
    public void A_source_that_fails_now_and_then_for_months_shrinks_no_budget()
    {
        // Six minutes lost of every four hours: 450 gaps, and all the time 100 events a minute.
        var tracker = Given.Tracker();
        for (var step = Given.Step0; step < Given.Step0 + (75 * 1440); step++)
        {
            var value = Given.Measured(1 + (step / 240 % 2), 100);
            tracker.Record(step, step % 240 < 6 ? value with { State = StepState.Unmeasured, IsRecovered = true } : value);
        }

        var budget = tracker.Budget();
        Assert.Equal((43_200 * 1.5, 4_320_000, 43_200), (budget.Bad, budget.Valid, budget.Total));
        Assert.Equal(234 / 240.0, budget.Coverage);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(45)]
    [InlineData(46)]
    [InlineData(47)]
    [InlineData(48)]
    [InlineData(90)]
    public void Blindness_over_a_whole_period_of_any_length_is_counted(int days)
    {
        var tracker = Given.Tracker(Duration.FromDays(days));
        tracker.Fill(Given.Step0, 1440, Given.Measured(1, 2));
        tracker.Record(Given.Step0 + 1440 + (days * 1440) - 1, Given.Unmeasured);
        var window = tracker.Last(days * 1440);
        Assert.Equal((0, 0.0, days * 1440), (window.Seen, window.Valid, window.Unmeasured));
    }

    [Fact]
    public void A_later_edge_is_never_answered_for_with_an_earlier_one()
    {
        // The default sizes: 420 single steps and buckets of 10 behind them, and the newest step ends a bucket for none of the last 9.
        var tracker = Given.Tracker();
        tracker.Fill(Given.Step0, 509, Given.Measured(1, 2));
        for (var from = tracker.First; from < tracker.Next; from++)
            Assert.InRange(tracker.Between(from, from + 1).Seen, 0, 10);
    }
}
