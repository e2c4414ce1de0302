namespace SloRollback.Tests.Objectives;

/// <summary>The run since <c>S = max(0, S + bad - above × (1 - target) × valid)</c> last left 0, over one look-back.</summary>
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

    private static long? Began(ObjectiveTracker tracker, decimal above, long from, long to) =>
        tracker.ErrorsBegan(new ExactFactor(above * Slo.ErrorBudgetFraction), from, to);

    [DiceProperty(MaxTest = 60)]
    public void The_run_is_the_stretch_since_S_last_left_0(Dice dice)
    {
        var (tracker, naive) = (Given.Tracker(), new NaiveTracker(Given.Minute));
        var step = Given.Step0;
        for (var i = 0; i < 700; i++, step++)
        {
            if (dice.Chance(0.01)) step += dice.Between(1, 30);
            var value = i < 100 ? Given.Measured(100, 100) : AnyStep(dice, i);
            naive.Record(step, value);
            tracker.Record(step, value);
            if (i % 9 != 0) continue;

            if (i > 0 && dice.Chance(0.5))
            {
                var (late, corrected) = (step - dice.Below(Math.Min(i, 400)), AnyStep(dice, i));
                Assert.True(tracker.Correct(late, corrected));
                naive.Correct(late, corrected);
            }

            // What is older than the single steps is kept in buckets: the run begins at one of them.
            var to = step + 1 - dice.Below(100);
            var from = Math.Max(to - dice.Of(1, 60, 200), tracker.Next - 420);
            var above = dice.Of(1m, 3m, 6m, 14.4m);
            var (excess, began) = naive.Run(above * Slo.ErrorBudgetFraction, from, to);
            Assert.Equal(excess > 0 ? began : null, Began(tracker, above, from, to));
        }
    }

    [Fact]
    public void An_allowed_ratio_opens_no_run_and_one_event_more_does()
    {
        var tracker = Given.Tracker();
        tracker.Fill(Given.Step0, 400, Given.Measured(1, 100));
        Assert.Null(Began(tracker, 1, tracker.Next - 400, tracker.Next));
        tracker.Record(tracker.Next, Given.Measured(2, 100));
        Assert.Equal(tracker.Next - 1, Began(tracker, 1, tracker.Next - 400, tracker.Next));
    }

    [Fact]
    public void An_outage_that_has_left_the_look_back_hides_nothing()
    {
        var tracker = Given.Tracker();
        tracker.Fill(Given.Step0, 100, Given.Measured(0, 100));
        tracker.Fill(tracker.Next, 10, Given.Measured(100, 100));
        tracker.Fill(tracker.Next, 60, Given.Measured(0, 100));
        tracker.Fill(tracker.Next, 5, Given.Measured(50, 100));

        // S of all times would still hold 700 of the outage's 1,000 bad events.
        Assert.Equal(tracker.Next - 5, Began(tracker, 6, tracker.Next - 60, tracker.Next));
        Assert.Equal(Given.Step0 + 100, Began(tracker, 6, tracker.Next - 360, tracker.Next));
    }

    [Fact]
    public void Beyond_the_single_steps_a_run_begins_at_a_bucket_and_never_later_than_it_did()
    {
        var tracker = Given.Tracker();
        tracker.Fill(Given.Step0, 1003, Given.Measured(0, 100));
        tracker.Fill(tracker.Next, 500, Given.Measured(50, 100));
        Assert.Equal(Given.Step0 + 1000, Began(tracker, 6, tracker.Next - 4320, tracker.Next));
    }

    [DiceProperty(MaxTest = 60)]
    public void A_breach_of_a_burn_condition_always_lies_inside_a_run_of_its_factor(Dice dice)
    {
        var tracker = Given.Tracker();
        var rule = Given.PageRule() with { MinimumBad = 1, MinimumValid = 1 };
        var factor = dice.Of(1m, 3m, 6m, 14.4m);
        var deployment = Given.Deployment("v2", dice.Between(0, 400));
        var breaches = 0;
        for (var i = 0; i < 1000; i++)
        {
            tracker.Record(Given.Step0 + i, AnyStep(dice, i));
            if (i % 50 == 49 && tracker.IsBlank(Given.Step0 + i - 20))
                tracker.Correct(Given.Step0 + i - 20, Given.Measured(dice.Below(60), 100, isRecovered: true));

            var lookback = dice.Of(30, 60, 600);
            var condition = Given.Burn(Duration.FromMinutes(lookback), Duration.FromMinutes(dice.Of(5, 29)), factor, dice.Chance(0.5));
            if (tracker.Judge(condition, deployment, rule).Verdict != Verdict.Breached) continue;

            breaches++;
            Assert.NotNull(Began(tracker, factor, tracker.Next - lookback, tracker.Next));
        }

        Assert.True(breaches > 0 || factor > 6);
    }
}
