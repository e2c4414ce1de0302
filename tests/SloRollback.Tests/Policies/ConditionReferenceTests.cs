namespace SloRollback.Tests.Policies;

/// <summary>
/// Every kind of condition, nested at random, against <see cref="NaiveConditions"/>: verdict and reason. Look-backs lie within the
/// single steps, and longer steps than buckets leave no edge to blur, so that they agree exactly.
/// </summary>
public sealed class ConditionReferenceTests
{
    private static readonly Duration LongStep = Duration.FromHours(3);

    private static SliStep AnyStep(Dice dice, int mood, bool isSliced) => dice.Below(mood == 3 ? 3 : 14) switch
    {
        0 => Given.Unmeasured,
        1 => new SliStep(StepState.Missing),
        2 => dice.Of(new SliStep(StepState.NoTraffic), new SliStep(StepState.Excluded), new SliStep(StepState.Inconsistent), Given.Unmeasured),
        3 when !isSliced => Given.Measured(dice.Below(8), dice.Between(8, 60), isRecovered: true),
        _ when isSliced => new SliStep(StepState.Measured, dice.Below(10) < mood ? 1 : 0, 1),
        _ => Given.Measured(mood switch { 0 => 0, 1 => dice.Of(1, 2), 2 => dice.Of(10, 40), _ => 5 }, 100),
    };

    private static Condition Leaf(Dice dice, Duration step, bool isRolling)
    {
        Duration Lookback() => step * dice.Of(1, 2, 5, 10, 20, 40, 50);
        var sinceDeployment = dice.Chance(0.5);
        var longer = dice.Of(10, 20, 50);
        return dice.Below(6) switch
        {
            0 => Given.Burn(Lookback(), Above(dice), sinceDeployment),
            1 => Given.Burn(step * longer, step * dice.Of(1, 2, 5), Above(dice), sinceDeployment),
            2 => new SliBelowCondition { Lookback = Lookback(), Value = 1 - (Above(dice) / 100) },
            3 => new BudgetConsumedCondition { Lookback = Lookback(), Above = dice.Between(1, 200) / 20m },
            4 => new BudgetConsumedSinceDeploymentCondition { Above = dice.Between(1, 200) / 20m },
            _ => Remaining(dice, isRolling ? 1 : 100),
        };
    }

    // At 99 % and 100 valid a step, bad events in whole numbers lie exactly at these.
    private static decimal Above(Dice dice) => dice.Of(0.5m, 1m, 1.2m, 2m, 2.5m, 3m, 5m, 7.5m, 10m, 14.4m, 20m, 40m);

    private static BudgetRemainingCondition Remaining(Dice dice, int scale) => dice.Of(BudgetUnit.Share, BudgetUnit.Minutes, BudgetUnit.Events) switch
    {
        BudgetUnit.Share => new() { Below = 1 - (dice.Between(0, 300) / 20m) },
        BudgetUnit.Minutes => new() { Below = dice.Between(-40, 30) * 0.1m * scale, Unit = BudgetUnit.Minutes },
        _ => new() { Below = dice.Between(-2000, 300) * 0.5m, Unit = BudgetUnit.Events },
    };

    private static Condition Any(Dice dice, Duration step, bool isRolling, int depth) => dice.Below(depth > 0 ? 6 : 3) switch
    {
        3 => new AllCondition { Conditions = Parts(dice, step, isRolling, depth - 1) },
        4 => new AnyCondition { Conditions = Parts(dice, step, isRolling, depth - 1) },
        5 => new ForCondition { Condition = Any(dice, step, isRolling, depth - 1), Duration = step * dice.Of(1, 2, 3, 8) },
        _ => Leaf(dice, step, isRolling),
    };

    private static ImmutableArray<Condition> Parts(Dice dice, Duration step, bool isRolling, int depth) =>
        [.. Enumerable.Range(0, dice.Between(1, 4)).Select(_ => Any(dice, step, isRolling, depth))];

    private static void Compare(Dice dice, Objective objective, Duration step, long first, int count)
    {
        var isSliced = objective.Budgeting != BudgetingMethod.Occurrences;
        var rule = Given.PageRule() with { MinimumValid = dice.Of(0, 1, 100, 300), MinimumBad = dice.Of(0, 1, 3, 5) };
        var (tracker, naive) = (Given.Tracker(objective, step), new NaiveConditions(objective, rule, step));
        var deployment = dice.Chance(0.15) ? null : Deployment(first + dice.Between(0, count - 1), step, dice.Of(0, 0.5));
        var conditions = Enumerable.Range(0, 8)
            .Select(_ => Any(dice, step, objective.Period is RollingPeriod, depth: 2))
            .Select(c => (Condition: c, Compiled: ConditionCompiler.Compile(rule with { When = c }, tracker.Terms)))
            .Select(c => (c.Condition, c.Compiled.Node, Clocks: new ForClocks(c.Compiled.Clocks)))
            .ToList();
        var mood = 0;
        for (var i = 0; i < count; i++)
        {
            if (dice.Chance(0.06)) mood = dice.Below(4);
            var value = AnyStep(dice, mood, isSliced);
            tracker.Record(first + i, value);
            naive.Record(first + i, value);

            // Of a deployment that has not started nobody asks. The clocks are asked at every step.
            var known = deployment?.StartedAt <= StepGrid.StartOf(tracker.Next, step) ? deployment : null;
            if (deployment is not null && known is null) continue;
            foreach (var (condition, node, clocks) in conditions)
            {
                var judged = node.Judge(new EvaluatedObjective(tracker, known, known is null ? null : tracker.Mark(known), clocks));
                if (i % (count / 8) != count / 16) continue;

                var expected = naive.Judge(condition, known?.StartedAt, tracker.Next, known is null ? naive.First + 1 : AskedFrom(known, step));
                Assert.True(expected == judged, $"{condition} at {i}: expected {expected}, was {judged}");
            }
        }
    }

    private static long AskedFrom(Deployment deployment, Duration step) => StepGrid.IndexAtOrAfter(deployment.StartedAt, step);

    private static Deployment Deployment(long index, Duration step, double part) =>
        Given.Deployment("v2", 0) with { StartedAt = StepGrid.StartOf(index, step) + (step * part) };

    [DiceProperty(MaxTest = 40)]
    public void Events_over_a_rolling_period(Dice dice) =>
        Compare(dice, Given.Events(99, CompliancePeriod.Rolling(Duration.FromMinutes(dice.Of(50, 200, 300)))), Given.Minute, Given.Step0, 100);

    [DiceProperty(MaxTest = 40)]
    public void Slices_over_a_rolling_period(Dice dice) =>
        Compare(dice, Sliced(CompliancePeriod.Rolling(Duration.FromMinutes(dice.Of(50, 200)))), Given.Minute, Given.Step0, 100);

    [DiceProperty(MaxTest = 40)]
    public void Events_and_slices_over_periods_of_the_calendar(Dice dice)
    {
        var period = dice.Of<CompliancePeriod>(CompliancePeriod.Week(), CompliancePeriod.Month("Europe/Berlin"), CompliancePeriod.Month("Asia/Kolkata", 15));
        var objective = dice.Chance(0.3) ? Sliced(period) with { Slices = new TimeSlices { Length = LongStep } } : Given.Events(99, period);
        Compare(dice, objective, LongStep, StepGrid.IndexOf(Given.T0, LongStep) + dice.Below(400), 300);
    }

    private static Objective Sliced(CompliancePeriod period) => Given.Events(99, period) with
    {
        Budgeting = BudgetingMethod.Timeslices,
        Slices = new TimeSlices { Operator = ComparisonOperator.GreaterOrEqual, Threshold = 0.9m },
    };
}
