namespace SloRollback.Tests.Evaluation;

/// <summary>The history of finished periods is made anew when it has changed, and only then.</summary>
public sealed class HistoryTests
{
    [DiceProperty(MaxTest = 30)]
    public void It_is_always_what_the_counts_say(Dice dice)
    {
        var objective = Given.Events(99, CompliancePeriod.Week());
        var state = new EngineState(new EngineSettings { Step = Given.Hour }, [new MonitoredService { Id = Given.Service, Objectives = [objective] }]);
        var (one, first) = (state.Objectives[0], StepGrid.IndexOf(Given.T0, Given.Hour));
        for (var i = 0; i < 500; i++)
        {
            var cell = dice.Chance(0.2) ? new SliCell(StepState.Unmeasured, 0, 0) : new SliCell(StepState.Measured, dice.Below(9), 100);
            StepIntake.Record(one, first + i, cell, SliOutcome.Read(null));
            if (dice.Chance(0.1)) one.Tracker!.BeginPeriod();
            if (dice.Chance(0.2)) one.Tracker!.Correct(first + i - dice.Below(60), Given.Measured(dice.Below(9), 100));
            if (dice.Chance(0.05)) one.Tracker!.Prepend(Given.Measured(dice.Below(9), 100));
            if (dice.Chance(0.3)) Assert.Equal(one.Tracker!.Finished(), one.History());
        }

        Assert.Equal(one.History(), one.History());
        Assert.True(one.History().Length >= 2);
    }
}
