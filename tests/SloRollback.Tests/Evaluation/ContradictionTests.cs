namespace SloRollback.Tests.Evaluation;

/// <summary>What turns out to be no measurement is taken back, and stays so however often it is read.</summary>
public sealed class ContradictionTests
{
    [Fact]
    public void Counts_that_contradict_each_other_leave_budget_and_run()
    {
        var flow = new Flow(step => Flow.Cell(step switch { < 0 => 0, < 5 => 104, 5 => 1, _ => 0 }));
        flow.Through(-1, 3);
        var tracker = flow.State.Objectives[0].Tracker!;
        long? Began() => tracker.ErrorsBegan(new ExactFactor(0.01m), tracker.Next - 60, tracker.Next);
        Assert.Equal((4, 400.0), (tracker.Last(4).Seen, tracker.Last(4).Bad));
        Assert.NotNull(Began());

        flow.To(4);
        Assert.Equal((0, 0.0, 0.0), (tracker.Last(5).Seen, tracker.Last(5).Bad, tracker.Last(5).Valid));
        Assert.Null(Began());

        // The gap that they leave is read again with the next step.
        flow.To(5);
        Assert.Equal((1, 1.0, 100.0), (tracker.Last(6).Seen, tracker.Last(6).Bad, tracker.Last(6).Valid));
    }

    [DiceProperty(MaxTest = 60)]
    public void What_is_booked_of_contradicting_counts_does_not_depend_on_how_the_readings_are_cut(Dice dice)
    {
        var cells = Enumerable.Range(-450, 561).ToDictionary(i => i, _ => Flow.Cell(dice.Chance(0.3) ? 100 + dice.Below(8) : 100 - dice.Below(3)));
        var (single, chopped) = (new Flow(step => cells[step]).Through(-20, 100), new Flow(step => cells[step]));
        for (var step = -20; step <= 100; step += dice.Between(1, 40)) chopped.To(step);
        chopped.To(100);

        var (expected, actual) = (single.State.Objectives[0].Tracker!, chopped.State.Objectives[0].Tracker!);
        for (var step = Given.Step0 - 20; step <= Given.Step0 + 100; step++)
        {
            Assert.True(expected.TryGetStep(step, out var a) & actual.TryGetStep(step, out var b));
            Assert.Equal(a, b);
        }
    }
}
