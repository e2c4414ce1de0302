namespace SloRollback.Tests.Reference;

/// <summary>Laws that every history keeps, whatever it holds: they need no reference.</summary>
public sealed class OrderOfArrivalTests
{
    private const int Count = 400;

    // The same objective twice: the values of some steps, and in which order they become known.
    private static (Twin InOrder, Twin Anyhow, SliStep[] Values) Two(Dice dice)
    {
        var (objective, step, first) = dice.Chance(0.5)
            ? RandomObjective.Calendar(dice)
            : (RandomObjective.Rolling(dice, dice.Of(100, 200, 300)), Given.Minute, Given.Step0 + dice.Below(500));
        objective = objective.WithResets(dice, step, first - 20, first + Count);
        var settings = RandomObjective.Settings(dice, step);
        var values = new RandomSteps(dice, objective.Budgeting, areExact: true);
        var (a, b) = (new Twin(dice, objective, settings, first, values), new Twin(dice, objective, settings, first, values));
        return (a, b, [.. Enumerable.Range(0, Count).Select(_ => values.Next())]);
    }

    private static void AssertSame(ObjectiveTracker expected, ObjectiveTracker actual, IEnumerable<Deployment> deployments)
    {
        Assert.Equal((expected.First, expected.Next, expected.NewestState), (actual.First, actual.Next, actual.NewestState));
        for (var steps = 1; steps <= Math.Min(Count, expected.Terms.LongestPeriodSteps); steps += 7)
            Assert.Equal(expected.Last(steps), actual.Last(steps));
        Assert.Equal(expected.Budget(), actual.Budget());
        Assert.Equal(expected.Finished(), actual.Finished());
        foreach (var deployment in deployments)
        {
            Assert.Equal(expected.Since(expected.Mark(deployment)), actual.Since(actual.Mark(deployment)));
            Assert.Equal(expected.BadBefore(expected.Mark(deployment), expected.First), actual.BadBefore(actual.Mark(deployment), actual.First));
        }
    }

    [DiceProperty(MaxTest = 800)]
    public void Late_and_filled_in_steps_in_any_order_end_in_the_same_answers(Dice dice)
    {
        var (inOrder, anyhow, values) = Two(dice);
        var (live, length) = (dice.Of(0, 20, 150, 250), inOrder.Real.Terms.Step);
        Deployment[] deployments = [.. Enumerable.Range(0, 3).Select(i => Given.Deployment($"v{i}", 0) with
        {
            StartedAt = StepGrid.StartOf(inOrder.Start + live + dice.Between(-20, 40), length) - (length * dice.Of(0, 0.3)),
        })];
        void Hear(Twin twin)
        {
            foreach (var deployment in deployments) twin.Real.Mark(deployment);
        }

        Hear(inOrder);
        for (var i = 0; i < Count; i++) inOrder.Real.Record(inOrder.Start + i, values[i]);

        // What is not known in time is unmeasured until it comes; all that comes before the single steps are over.
        Hear(anyhow);
        var late = new List<int>();
        for (var i = live; i < Count; i++)
        {
            var isLate = dice.Chance(0.3);
            anyhow.Real.Record(anyhow.Start + i, isLate ? dice.Of(Given.Unmeasured, anyhow.Values.Counts(), new SliStep(StepState.Missing)) : values[i]);
            if (isLate) late.Add(i);
            foreach (var j in dice.Shuffled(late.Where(j => j < i - 40 || i == Count - 1 || dice.Chance(0.1))))
            {
                Assert.True(anyhow.Real.Correct(anyhow.Start + j, values[j]));
                late.Remove(j);
            }
        }

        for (var i = live - 1; i >= 0; i--) anyhow.Real.Prepend(values[i]);
        AssertSame(inOrder.Real, anyhow.Real, deployments);
    }

    [DiceProperty(MaxTest = 500)]
    public void A_correction_that_is_undone_leaves_nothing_behind(Dice dice)
    {
        var (untouched, corrected, values) = Two(dice);
        foreach (var twin in new[] { untouched, corrected })
        {
            for (var i = 0; i < Count; i++) twin.Real.Record(twin.Start + i, values[i]);
        }

        var deployment = Given.Deployment("v2", 0) with { StartedAt = StepGrid.StartOf(untouched.Real.Next - dice.Between(0, 60), untouched.Real.Terms.Step) };
        untouched.Real.Mark(deployment);
        corrected.Real.Mark(deployment);
        var changed = dice.Shuffled(Enumerable.Range(1, 60)).Take(dice.Between(1, 30)).ToList();
        foreach (var back in changed) Assert.True(corrected.Real.Correct(corrected.Real.Next - back, corrected.Values.Next()));
        foreach (var back in dice.Shuffled(changed)) Assert.True(corrected.Real.Correct(corrected.Real.Next - back, values[^back]));
        AssertSame(untouched.Real, corrected.Real, [deployment]);
    }

    [DiceProperty(MaxTest = 500)]
    public void Counts_of_adjacent_windows_add_up(Dice dice)
    {
        var twin = new Twin(dice, RandomObjective.Rolling(dice, 400), RandomObjective.Settings(dice, Given.Minute), Given.Step0 + dice.Below(500));
        twin.Go(dice.Of(50, 200, 400));
        for (var i = 0; i < 20; i++)
        {
            var edges = Enumerable.Range(0, 3).Select(_ => twin.Real.Next - dice.Below(420)).Order().ToArray();
            var (a, b, both) = (twin.Real.Between(edges[0], edges[1]), twin.Real.Between(edges[1], edges[2]), twin.Real.Between(edges[0], edges[2]));
            Assert.Equal((both.Steps, both.Seen, both.Missing, both.Excluded), (a.Steps + b.Steps, a.Seen + b.Seen, a.Missing + b.Missing, a.Excluded + b.Excluded));
            Assert.Equal(both.Bad, a.Bad + b.Bad, twin.Tolerance);
            Assert.Equal(both.Valid, a.Valid + b.Valid, twin.Tolerance);
        }
    }

    [DiceProperty(MaxTest = 500)]
    public void More_traffic_of_the_same_kind_changes_no_burn_rate_and_no_share(Dice dice)
    {
        var objective = RandomObjective.Rolling(dice, dice.Of(100, 300)) with { Budgeting = BudgetingMethod.Occurrences, Slices = null };
        var settings = RandomObjective.Settings(dice, Given.Minute);
        var (one, many) = (new Twin(dice, objective, settings, Given.Step0), new Twin(dice, objective, settings, Given.Step0));
        var factor = dice.Of(0.25, 2, 1024, 3, 10, 7);
        for (var i = 0; i < 300; i++)
        {
            var value = one.Values.Next();
            one.Real.Record(Given.Step0 + i, value);
            many.Real.Record(Given.Step0 + i, value with { Bad = value.Bad * factor, Valid = value.Valid * factor });
        }

        // A power of 2 changes no digit. Any other factor rounds the few operations of a share anew.
        var isExact = Math.Log2(factor) == Math.Round(Math.Log2(factor));
        void Same(double? a, double? b) => Assert.True(isExact ? a == b : a is null == b is null && Math.Abs((a - b) ?? 0) <= 1e-14 * Math.Abs(a ?? 0), $"{a:R} {b:R}");
        var allowed = objective.Target.ErrorBudgetFraction;
        foreach (var steps in new[] { 1, 5, 60, 100 })
        {
            var (a, b) = (one.Real.Last(steps), many.Real.Last(steps));
            Same(BurnRate.Of(a.Bad, a.Valid, allowed), BurnRate.Of(b.Bad, b.Valid, allowed));
            Same(BurnRate.Of(a.Bad, a.EffectiveValid, allowed), BurnRate.Of(b.Bad, b.EffectiveValid, allowed));
            foreach (var above in new[] { 1, 6, 14.4m })
                Assert.Equal(new ExactFactor(above * allowed).IsExceeded(a.Bad, a.Valid), new ExactFactor(above * allowed).IsExceeded(b.Bad, b.Valid));
        }

        var (few, more) = (one.Real.Budget(), many.Real.Budget());
        Same(few.Sli, more.Sli);
        Same(few.Consumed, more.Consumed);
        if (isExact) Assert.Equal((few.Remaining, few.Band, few.TotalMinutes), (more.Remaining, more.Band, more.TotalMinutes));
    }
}
