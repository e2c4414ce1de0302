namespace SloRollback.Tests.Reference;

/// <summary>
/// Budgets of calendar periods against the reference: nothing is lost at any resolution, neither of the current period nor of those
/// that are over. Only the rate that stands for the rest of a period is a rolling answer.
/// </summary>
public sealed class CalendarReferenceTests
{
    private static Twin Any(Dice dice, double flaky = 0)
    {
        var (objective, step, first) = RandomObjective.Calendar(dice);
        objective = objective.WithResets(dice, step, first - 100, first + 400);
        return new Twin(dice, objective, RandomObjective.Settings(dice, step), first, new RandomSteps(dice, objective.Budgeting) { Flaky = flaky });
    }

    private static void AssertPeriods(Dice dice, Twin twin)
    {
        // When the newest step is the last of its period, the next one begins with the next step, or when it is told to.
        Agreement.CalendarBudget(twin, twin.Naive.Next - 1);
        Agreement.Finished(twin, twin.Naive.Next - 1);
        if (!dice.Chance(0.3)) return;

        twin.Real.BeginPeriod();
        Agreement.CalendarBudget(twin, twin.Naive.Next);
        Agreement.Finished(twin, twin.Naive.Next);
    }

    [DiceProperty(MaxTest = 2500)]
    public void Every_period_is_exact_through_corrections_and_back_fill(Dice dice)
    {
        var twin = Any(dice);
        for (var i = 0; i < 4; i++)
        {
            twin.Go(dice.Of(1, 2, 30, 60, 100, 150));
            AssertPeriods(dice, twin);
        }
    }

    [DiceProperty(MaxTest = 200)]
    public void Growth_recovered_over_however_many_gaps_is_counted_in_its_own_period(Dice dice)
    {
        var twin = Any(dice, flaky: 0.4);
        for (var i = 0; i < 4; i++)
        {
            twin.Go(dice.Of(1, 30, 100, 150));
            AssertPeriods(dice, twin);
        }
    }

    [Theory]
    [InlineData("2026-01-31T23:59:30Z", 0, 5)] // Inside of the last step: before it is all of January.
    [InlineData("2026-02-01T00:00:00Z", 31, 5)] // A period does not contain its end.
    [InlineData("2026-02-01T00:00:30Z", 31, 4)]
    [InlineData("2026-01-16T00:00:00Z", 16, 5)]
    public void A_reset_at_the_end_of_a_month_forgives_nothing_of_it(string at, double january, double february)
    {
        var reset = new BudgetReset { Id = "reset", At = NodaTime.Text.InstantPattern.General.Parse(at).Value, Reason = "a new start", By = "somebody" };
        var tracker = Given.Tracker(Given.Events(period: CompliancePeriod.Month()) with { Resets = [reset] }, Given.Minute);
        var start = StepGrid.IndexOf(Instant.FromUtc(2026, 1, 1, 0, 0), Given.Minute);
        for (var step = start; step < start + (31 * 1440); step++)
            tracker.Record(step, Given.Measured(step % 1440 == 0 ? 1 : 0, 100));
        Assert.Equal(january, tracker.Budget().Bad);

        tracker.Fill(tracker.Next, 5, Given.Measured(1, 100));
        Assert.Equal(january, tracker.Finished().Single().Budget.Bad);
        Assert.Equal(february, tracker.Budget().Bad);
    }
}
