namespace SloRollback.Tests.Objectives;

/// <summary>The fast tracker against the naive one.</summary>
public sealed class ObjectiveTrackerTests
{
    private const int Fine = 420;
    private const int Medium = 4320;
    private static readonly ObjectiveTarget Slo = Given.Slo(99);

    private static SliStep AnyStep(Dice dice) => dice.Below(12) switch
    {
        0 => Given.Unmeasured,
        1 => new SliStep(StepState.Missing),
        2 => new SliStep(StepState.NoTraffic),
        3 => new SliStep(StepState.Excluded),
        4 => new SliStep(StepState.Inconsistent),
        5 => Given.Measured(dice.Below(10), dice.Between(10, 100), isRecovered: true),
        _ => Given.Measured(dice.Below(10), dice.Between(10, 100)),
    };

    private static (ObjectiveTracker Fast, NaiveTracker Naive) Filled(Dice dice, Duration period, int steps)
    {
        var (fast, naive) = (Given.Tracker(period), new NaiveTracker(Given.Minute));
        var step = Given.Step0 + dice.Below(1000);
        for (var i = 0; i < steps; i++)
        {
            step += dice.Chance(0.02) ? dice.Between(1, 20) : 1;
            var value = AnyStep(dice);
            fast.Record(step, value);
            naive.Record(step, value);
        }

        return (fast, naive);
    }

    // Beyond the finest resolution the old edge moves to the next bucket's, or to where the finer one begins, never further.
    private static long Edge(long edge, long next)
    {
        var singles = next - Fine;
        var medium = ((singles - 1) / 10 * 10) - (Medium - Fine);
        return edge >= singles ? edge
            : edge >= medium ? Math.Min((edge + 9) / 10 * 10, singles)
            : Math.Min((edge + 179) / 180 * 180, medium);
    }

    [DiceProperty(MaxTest = 25)]
    public void A_window_lacks_at_most_the_events_of_one_bucket_at_its_old_edge(Dice dice)
    {
        var (fast, naive) = Filled(dice, Duration.FromDays(7), dice.Of(1, 3, 50, 419, 420, 421, 700, 2000, 5000));
        for (var i = 0; i < 15; i++)
        {
            var steps = dice.Of(1, 5, 30, 60, 360, 419, 420, 421, 1440, 4319, 4320, 4340, 10_080, dice.Between(1, 4320));
            var edge = naive.Next - steps;
            var from = edge <= naive.First ? edge : Edge(edge, naive.Next);
            Assert.Equal(naive.Between(from, naive.Next) with { Steps = steps }, fast.Last(steps));
            Assert.InRange(from - edge, 0, steps <= Fine ? 0 : steps <= Medium ? 9 : 179);
        }
    }

    [DiceProperty(MaxTest = 25)]
    public void Corrections_in_any_order_change_every_window_and_coverage(Dice dice)
    {
        var (fast, naive) = Filled(dice, Duration.FromDays(7), dice.Of(2, 100, 421, 5000));
        var kept = Math.Max(naive.First, naive.Next - Fine);
        foreach (var back in dice.Shuffled(Enumerable.Range(0, 30)))
        {
            var (step, value) = (naive.Next - 1 - (back * 14), AnyStep(dice));
            var isKept = step >= kept;
            Assert.Equal(isKept, fast.Correct(step, value));
            if (isKept) naive.Correct(step, value);
        }

        foreach (var steps in new[] { 1, 7, 60, 420 })
            Assert.Equal(naive.Between(naive.Next - steps, naive.Next), fast.Last(steps));
        Assert.Equal(naive.Between(naive.First, naive.Next).Bad, fast.Last(10_080).Bad);
        Assert.Equal(naive.Step(naive.Next - 1).State, fast.NewestState);
    }

    [DiceProperty(MaxTest = 40)]
    public void Since_deployment_counts_are_exact_whenever_the_deployment_is_heard_of(Dice dice)
    {
        var fast = Given.Tracker();
        var naive = new NaiveTracker(Given.Minute);
        var deployments = Enumerable.Range(0, 6)
            .Select(i => (Heard: dice.Between(-20, 330), Deployment: Given.Deployment($"v{i}", dice.Between(-60, 300) + dice.Of(0, 0, 0.25, 0.999))))
            .ToList();
        for (var i = 0; i < 340; i++)
        {
            foreach (var known in deployments.Where(d => d.Heard == i || (i == 0 && d.Heard < 0))) fast.Mark(known.Deployment);
            var value = dice.Chance(0.15) || i % 37 < 6 ? dice.Of(Given.Unmeasured, Given.Measured(3, 9, isRecovered: true), new SliStep(StepState.Missing)) : AnyStep(dice);
            fast.Record(Given.Step0 + i, value);
            naive.Record(Given.Step0 + i, value);
            if (dice.Chance(0.1))
            {
                var (step, late) = (Given.Step0 + i - dice.Below(Math.Min(i, 30) + 1), AnyStep(dice));
                Assert.True(fast.Correct(step, late));
                naive.Correct(step, late);
            }

            foreach (var known in deployments.Where(d => d.Heard <= i && (i + d.Heard) % 9 == 0))
            {
                var mark = fast.Mark(known.Deployment);
                var since = naive.Since(known.Deployment.StartedAt);
                var expected = since >= naive.Next ? default : naive.Between(since, naive.Next);
                var counted = fast.Since(mark);
                Assert.Equal((expected.Bad, expected.Valid, expected.Seen), (counted.Bad, counted.Valid, counted.Seen));
                Assert.Equal(naive.Between(Math.Max(since, naive.Next - 60), naive.Next).Bad, fast.BadSince(mark, 60));
                Assert.Equal(naive.Between(naive.First, StepGrid.IndexOf(known.Deployment.StartedAt, Given.Minute)).Bad, fast.BadBefore(mark, naive.First));
            }
        }
    }

    [Fact]
    public void A_deployment_from_long_before_the_first_step_costs_nothing_and_counts_everything()
    {
        var tracker = Given.Tracker(step: Duration.FromSeconds(1));
        tracker.Record(1_770_000_000, Given.Measured(1, 2));
        tracker.Record(1_770_000_001, Given.Measured(1, 2));
        var ancient = Given.Deployment("v1", 0) with { StartedAt = Instant.FromUtc(1971, 1, 1, 0, 0) };

        // Walking over every second since 1971 would take longer than the whole suite.
        Assert.Equal(2, tracker.Since(tracker.Mark(ancient)).Bad);
    }

    [Fact]
    public void A_step_that_was_passed_is_not_recorded_again()
    {
        var tracker = Given.Tracker();
        tracker.Record(Given.Step0, Given.Measured(1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => tracker.Record(Given.Step0, Given.Measured(1, 2)));
    }

    [Fact]
    public void A_gap_filled_by_growth_that_was_spread_over_it_belongs_to_the_time_before_a_deployment_inside_it()
    {
        var tracker = Given.Tracker();
        tracker.Fill(Given.Step0, 10, Given.Measured(0, 100));
        tracker.Fill(Given.Step0 + 10, 5, Given.Unmeasured);
        var mark = tracker.Mark(Given.Deployment("v2", 12));
        tracker.Record(Given.Step0 + 15, Given.Measured(7, 100));
        for (var i = 10; i < 15; i++) tracker.Correct(Given.Step0 + i, Given.Measured(50, 100, isRecovered: true));
        Assert.Equal(7, tracker.Since(mark).Bad);
        Assert.Equal(100, tracker.BadBefore(mark, Given.Step0));
        Assert.Equal(257, tracker.Budget().Bad);
    }
}
