namespace SloRollback.Tests.Policies;

/// <summary>
/// Exactly at its limit no condition is breached, and a little beyond it every one is (SEMANTICS §4: "so that boundaries hold"),
/// also where unmeasured steps count at the mean rate.
/// </summary>
public sealed class ConditionBoundaryTests
{
    // 28 digits hold these quotients: what the loop below asks for is exactly what was measured.
    private static decimal? Exact(decimal part, decimal whole)
    {
        if (whole <= 0) return null;
        var quotient = part / whole;
        return quotient * whole == part && decimal.Round(quotient, 20) == quotient ? quotient : null;
    }

    private static (ObjectiveTracker Tracker, ObjectiveTarget Target) Filled(Dice dice, bool isSliced)
    {
        var objective = Given.Events(dice.Of(99m, 99.9m, 99.7m, 95m, 66.6m, 93m), CompliancePeriod.Rolling(Duration.FromMinutes(dice.Of(60, 100, 250))));
        if (isSliced)
            objective = objective with { Budgeting = BudgetingMethod.Timeslices, Slices = new TimeSlices { Threshold = 1 } };
        var tracker = Given.Tracker(objective);
        var gap = dice.Of(0, 0, 3, 7, 10, 20);
        tracker.Fill(Given.Step0, 300, isSliced ? Slice(false) : Given.Measured(0, 100));
        for (var i = 0; i < 60; i++)
            tracker.Record(tracker.Next, i < gap ? Given.Unmeasured : isSliced ? Slice(dice.Chance(0.2)) : Given.Measured(dice.Of(0, 1, 2, 7, 10), dice.Of(10, 100, 130)));
        return (tracker, objective.Target);
    }

    private static SliStep Slice(bool isBad) => new(StepState.Measured, isBad ? 1 : 0, 1);

    private static readonly PolicyRule NoMinimum = Given.PageRule() with { MinimumBad = 0, MinimumValid = 0 };

    private static Verdict Of(ObjectiveTracker tracker, Condition condition) => tracker.Judge(condition, rule: NoMinimum).Verdict;

    [DiceProperty(MaxTest = 400)]
    public void Of_burn_rates_and_the_service_level(Dice dice)
    {
        var (tracker, target) = Filled(dice, dice.Chance(0.3));
        var minutes = dice.Of(5, 10, 20, 50, 60);
        var lookback = Duration.FromMinutes(minutes);
        var window = tracker.Last(minutes);
        var (bad, valid) = ((decimal)window.Bad * (window.Seen + window.Missing), (decimal)window.Valid * window.Steps);
        if (bad == 0) return;

        if (Exact(bad, valid * target.ErrorBudgetFraction) is { } burn)
        {
            Assert.NotEqual(Verdict.Breached, Of(tracker, Given.Burn(lookback, burn)));
            Assert.NotEqual(Verdict.Breached, Of(tracker, Given.Burn(lookback, lookback, burn)));
            Assert.Equal(Verdict.Breached, Of(tracker, Given.Burn(lookback, burn * 0.999999m)));
        }

        if (Exact(bad, valid) is { } ratio and < 1)
        {
            Assert.NotEqual(Verdict.Breached, Of(tracker, new SliBelowCondition { Value = 1 - ratio, Lookback = lookback }));
            Assert.Equal(Verdict.Breached, Of(tracker, new SliBelowCondition { Value = 1 - ratio + 0.000001m, Lookback = lookback }));
        }
    }

    [Fact]
    public void Also_where_the_mean_rate_of_unmeasured_steps_is_no_round_number()
    {
        // 60 bad of 100 in the known steps and as many a step in the unknown ones: exactly the limit for every number of known steps.
        for (var known = 30; known <= 60; known++)
        {
            var tracker = Given.Tracker();
            tracker.Fill(Given.Step0, 60 - known, Given.Unmeasured);
            tracker.Fill(tracker.HasStarted ? tracker.Next : Given.Step0, known - 1, Given.Measured(0, 0));
            tracker.Record(tracker.Next, Given.Measured(60, 100));
            Assert.Equal((known, Verdict.NotBreached), (known, Of(tracker, Given.Burn(Given.Hour, known))));
            Assert.Equal((known, Verdict.Breached), (known, Of(tracker, Given.Burn(Given.Hour, known - 0.000001m))));
        }
    }

    [DiceProperty(MaxTest = 400)]
    public void Of_what_is_left_and_what_was_burned(Dice dice)
    {
        var (tracker, target) = Filled(dice, dice.Chance(0.5));
        var length = tracker.Terms.LongestPeriodSteps;
        var window = tracker.Last(length);
        var valid = (decimal)window.Valid * length / (window.Seen + window.Missing);
        var (bad, total) = ((decimal)window.Bad, target.ErrorBudgetFraction * (tracker.Terms.IsSliced ? length : valid));
        Assert.Equal(Verdict.NotBreached, Of(tracker, Left(total - bad, BudgetUnit.Events)));
        Assert.Equal(Verdict.Breached, Of(tracker, Left(total - bad + 0.0001m, BudgetUnit.Events)));
        if (Exact(bad, total) is not { } spent || bad == 0) return;

        Assert.Equal(Verdict.NotBreached, Of(tracker, Left(1 - spent, BudgetUnit.Share)));
        Assert.Equal(Verdict.Breached, Of(tracker, Left(1 - spent + 0.000001m, BudgetUnit.Share)));
        var consumed = new BudgetConsumedCondition { Lookback = Given.Minute * length, Above = spent };
        Assert.Equal(Verdict.NotBreached, Of(tracker, consumed));
        Assert.Equal(Verdict.Breached, Of(tracker, consumed with { Above = spent * 0.999999m }));
        var minutes = (1 - spent) * target.ErrorBudgetFraction * length;
        Assert.Equal(Verdict.NotBreached, Of(tracker, Left(minutes, BudgetUnit.Minutes)));
        Assert.Equal(Verdict.Breached, Of(tracker, Left(minutes + 0.0001m, BudgetUnit.Minutes)));
    }

    [Fact]
    public void Of_no_budget_nothing_can_be_burned()
    {
        // Nothing was valid for a week when the month began: what the look-back holds is of the month before.
        var step = Duration.FromHours(3);
        var tracker = Given.Tracker(Given.Events(99, CompliancePeriod.Month()), step);
        var first = StepGrid.IndexOf(Instant.FromUtc(2026, 4, 20, 0, 0), step);
        var june = StepGrid.IndexOf(Instant.FromUtc(2026, 6, 1, 0, 0), step);
        for (var i = first; i < june; i++) tracker.Record(i, i < june - 57 ? Given.Measured(10, 100) : Given.Measured(0, 0));
        var consumed = new BudgetConsumedCondition { Lookback = Duration.FromDays(10), Above = 0.1m };
        Assert.Equal(Verdict.Breached, Of(tracker, consumed));
        tracker.BeginPeriod();
        Assert.Equal((Verdict.NotBreached, 0), (Of(tracker, consumed), tracker.Explain(consumed, rule: NoMinimum).BudgetShare));
    }

    private static BudgetRemainingCondition Left(decimal below, BudgetUnit unit) => new() { Below = below, Unit = unit };
}
