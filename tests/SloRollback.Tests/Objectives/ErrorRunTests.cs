namespace SloRollback.Tests.Objectives;

/// <summary><c>S = max(0, S + bad - above × (1 - target) × valid)</c>, and the run since it last left 0.</summary>
public sealed class ErrorRunTests
{
    private static readonly ObjectiveTarget Slo = Given.Slo(99);

    // 60 % quiet steps, then a stretch of errors now and then: S rises and falls.
    private static SliStep AnyStep(Dice dice, int i) => dice.Below(8) switch
    {
        0 => Given.Unmeasured,
        1 => new SliStep(StepState.NoTraffic),
        _ => Given.Measured(i / 40 % 3 == 1 ? dice.Below(40) : dice.Below(4), 100),
    };

    [DiceProperty(MaxTest = 100)]
    public void The_run_is_the_stretch_since_S_last_left_0(Dice dice)
    {
        var run = new ErrorRun(6, Slo);
        var naive = new NaiveTracker(Given.Minute);
        for (var i = 0; i < 300; i++)
        {
            var value = AnyStep(dice, i);
            naive.Record(Given.Step0 + i, value);
            run.Add(Given.Step0 + i, value.Bad, value.Valid);
            if (i % 7 == 0) AssertSame(naive, run);
        }
    }

    [DiceProperty(MaxTest = 60)]
    public void A_correction_is_gone_over_without_losing_what_S_held_before(Dice dice)
    {
        var tracker = new ObjectiveTracker(Given.Minute, Given.Month);
        var run = new ErrorRun(6, Slo);
        var naive = new NaiveTracker(Given.Minute);
        var step = Given.Step0;
        for (var i = 0; i < 900; i++, step++)
        {
            if (dice.Chance(0.01)) step += dice.Between(1, 30);
            var value = i < 100 ? Given.Measured(100, 100) : AnyStep(dice, i);
            naive.Record(step, value);
            tracker.Record(step, value);
            run.Add(step, value.Bad, value.Valid);
            if (i % 60 != 59) continue;

            var late = step - dice.Below(Math.Min(i, 419));
            var corrected = AnyStep(dice, i);
            Assert.True(tracker.Correct(late, corrected));
            naive.Correct(late, corrected);
            run.Recompute(tracker, late);
            AssertSame(naive, run);
        }
    }

    [Fact]
    public void An_allowed_ratio_opens_no_run_and_one_event_more_does()
    {
        var run = new ErrorRun(1, Given.Slo(99.9m));
        for (var i = 0; i < 1000; i++) run.Add(i, bad: 0.1, valid: 100);
        Assert.False(run.IsOpen);
        run.Add(1000, bad: 2, valid: 1000);
        Assert.True(run.IsOpen);
        Assert.Equal(1000, run.Began);
    }

    [DiceProperty(MaxTest = 60)]
    public void A_breach_of_a_burn_condition_always_lies_inside_a_run_of_its_factor(Dice dice)
    {
        var tracker = new ObjectiveTracker(Given.Minute, Given.Month);
        var rule = Given.PageRule() with { MinimumBad = 1, MinimumValid = 1 };
        var factor = dice.Of(1m, 3m, 6m, 14.4m);
        var run = new ErrorRun(factor, Slo);
        var mark = tracker.Mark(Given.Deployment("v2", dice.Between(0, 400)));
        var breaches = 0;
        for (var i = 0; i < 1000; i++)
        {
            var value = AnyStep(dice, i);
            tracker.Record(Given.Step0 + i, value);
            run.Add(Given.Step0 + i, value.Bad, value.Valid);
            if (i % 50 == 49 && tracker.TryGetStep(Given.Step0 + i - 20, out var old) && old.Seen == 0)
            {
                tracker.Correct(Given.Step0 + i - 20, Given.Measured(dice.Below(60), 100, isRecovered: true));
                run.Recompute(tracker, Given.Step0 + i - 20);
            }

            var condition = Given.Burn(Duration.FromMinutes(dice.Of(30, 60, 600)), Duration.FromMinutes(dice.Of(5, 29)), factor, dice.Chance(0.5));
            if (new ConditionEvaluator(tracker, Slo, rule, mark).Judge(condition).Verdict != Verdict.Breached) continue;

            breaches++;
            Assert.True(run.IsOpen);
        }

        Assert.True(breaches > 0 || factor > 6);
    }

    private static void AssertSame(NaiveTracker naive, ErrorRun run)
    {
        var (excess, began) = naive.Run(run.Above * Slo.ErrorBudgetFraction);
        Assert.Equal(excess > 0, run.IsOpen);
        if (excess > 0) Assert.Equal(began, run.Began);
    }
}
