namespace SloRollback.Tests.Reference;

/// <summary>
/// What came since and before a deployment against the reference: exact, however long ago it was, when the deployment was heard of
/// while the step before it, or the first step where that is later, was kept singly.
/// </summary>
public sealed class DeploymentReferenceTests
{
    private static Twin Any(Dice dice, double flaky)
    {
        var objective = RandomObjective.Rolling(dice, dice.Of(64, 150, 300));
        var values = new RandomSteps(dice, objective.Budgeting) { Flaky = flaky };
        return new Twin(dice, objective, RandomObjective.Settings(dice, Given.Minute), Given.Step0 + dice.Below(500), values);
    }

    // Near the newest step, or further back than the history goes.
    private static Deployment? Heard(Dice dice, Twin twin, int index)
    {
        var at = (twin.Naive.HasStarted ? twin.Naive.Next : twin.Start) + dice.Between(-twin.Singles, 5);
        if (dice.Chance(0.1)) at = twin.Naive.First - dice.Below(60);
        if (twin.Naive.HasStarted && Math.Max(at, twin.Naive.First + 1) <= twin.Naive.Next - twin.Singles) return null;

        var start = StepGrid.StartOf(at, Given.Minute) - (Given.Minute * dice.Of(0, 0, 0.25, 0.999));
        return Given.Deployment($"v{index}", 0) with { StartedAt = start };
    }

    private static void AssertMark(Dice dice, Twin twin, Deployment deployment)
    {
        var (real, naive) = (twin.Real, twin.Naive);
        var mark = real.Mark(deployment);
        var since = naive.Since(deployment.StartedAt);
        var told = $"{deployment.StartedAt} since {since}, marked {mark.Since.Step}, {twin}";
        var expected = naive.Between(since, naive.Next);
        Assert.True(expected.Agrees(real.Since(mark), twin.Tolerance), $"{expected} is not {real.Since(mark)}: {told}");
        if (since < naive.Next) Assert.True(naive.Next - since == real.Since(mark).Steps, told);

        var steps = dice.Between(1, twin.Singles);
        var lately = naive.Between(Math.Max(since, naive.Next - steps), naive.Next);
        Assert.True(Math.Abs((double)lately.Bad - real.BadSince(mark, steps)) <= twin.Tolerance, $"{lately} in the last {steps}: {told}");

        var from = Math.Max(naive.First, naive.Next - steps);
        var before = naive.Between(from, naive.Before(deployment.StartedAt));
        Assert.True(Math.Abs((double)before.Bad - real.BadBefore(mark, from)) <= twin.Tolerance, $"{before} before it, from {from}: {told}");
    }

    [DiceProperty(MaxTest = 2000)]
    public void Counts_since_and_before_a_deployment_are_exact_whenever_it_is_heard_of(Dice dice)
    {
        var twin = Any(dice, dice.Of(0, 0, 0.3));
        var heard = new List<Deployment>();
        for (var i = 0; i < 12; i++)
        {
            if (Heard(dice, twin, i) is { } deployment)
            {
                heard.Add(deployment);
                twin.Real.Mark(deployment);
            }

            // Now and then the source is silent for longer than steps are kept singly.
            if (dice.Chance(0.04) && i > 0) twin.Record(twin.Naive.Next + dice.Between(50, 100), twin.Values.Next());
            twin.Go(dice.Of(1, 2, 10, 30, 60), late: 0.2, back: i < 4 ? 0.03 : 0);
            foreach (var known in heard) AssertMark(dice, twin, known);
        }
    }

    [Fact]
    public void A_deployment_from_before_the_first_step_counts_what_is_filled_in_later()
    {
        var tracker = Given.Tracker();
        tracker.Fill(Given.Step0 + 100, 10, Given.Measured(1, 2));
        var mark = tracker.Mark(Given.Deployment("v2", 50));
        Assert.Equal(10, tracker.Since(mark).Bad);
        for (var i = 0; i < 100; i++) tracker.Prepend(Given.Measured(1, 2));
        Assert.Equal(60, tracker.Since(mark).Bad);
        Assert.Equal(50, tracker.BadBefore(mark, Given.Step0));
    }

    [Fact]
    public void A_gap_that_is_longer_than_what_is_kept_singly_ends_for_a_deployment_inside_it_where_it_ends()
    {
        var tracker = Given.Tracker();
        tracker.Fill(Given.Step0, 10, Given.Measured(1, 2));
        tracker.Fill(Given.Step0 + 10, 2, Given.Unmeasured);
        var mark = tracker.Mark(Given.Deployment("v2", 11));
        tracker.Fill(Given.Step0 + 12, 500, Given.Unmeasured);
        Assert.True(tracker.Correct(Given.Step0 + 500, Given.Measured(1, 2)));
        tracker.Record(tracker.Next, Given.Unmeasured);
        Assert.Equal(1, tracker.Since(mark).Bad);
    }
}
