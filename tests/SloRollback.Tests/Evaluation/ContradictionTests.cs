namespace SloRollback.Tests.Evaluation;

/// <summary>What turns out to be no measurement is taken back, and stays so however often it is read.</summary>
public sealed class ContradictionTests
{
    [Fact]
    public void Counts_that_contradict_each_other_leave_budget_and_run()
    {
        var flow = new Flow(step => Flow.Cell(step switch { < 0 => 0, < 5 => 104, 5 => 1, _ => 0 }));
        flow.Through(-1, 3);
        var objective = flow.State.Objectives[0];
        Assert.Equal((4, 400.0), (objective.Tracker!.Last(4).Seen, objective.Tracker!.Last(4).Bad));
        Assert.NotNull(Began(objective));

        flow.To(4);
        Assert.Equal((0, 0.0, 0.0), (objective.Tracker!.Last(5).Seen, objective.Tracker!.Last(5).Bad, objective.Tracker!.Last(5).Valid));
        Assert.Null(Began(objective));

        // The gap that they leave is read again with the next step.
        flow.To(5);
        Assert.Equal((1, 1.0, 100.0), (objective.Tracker!.Last(6).Seen, objective.Tracker!.Last(6).Bad, objective.Tracker!.Last(6).Valid));
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

    private static long? Began(ObjectiveState objective) => objective.Counts.ErrorsBegan(
        new ExactFactor(14.4m * objective.Terms.Target.ErrorBudgetFraction), objective.Counts.Next - 60, objective.Counts.Next);
}
