namespace SloRollback.Tests.BackFilling;

/// <summary>What is asked for, and what becomes of it, by example. T0 is midnight before a Monday, 16 February.</summary>
public sealed class BackFillTests
{
    private const int Live = 40;
    private static readonly Duration Day = Duration.FromDays(1);

    // An engine that has seen the last 40 minutes.
    private static (EngineState State, ObjectiveState Objective) Started(Objective objective, Func<int, SliCell>? cell = null)
    {
        var state = new EngineState(new EngineSettings(), [new MonitoredService { Id = Given.Service, Target = Given.Target, Objectives = [objective] }]) { IsBackFilling = true };
        Step(state, 0, [.. Enumerable.Range(-Live, Live).Select(i => cell?.Invoke(i) ?? Readers.Cell(600, 600))]);
        return (state, state.Objectives[0]);
    }

    private static EngineOutput Step(EngineState state, int end, params SliCell[] cells)
    {
        var histories = new Dictionary<DeploymentTarget, TargetHistory> { [Given.Target] = new([Given.Deployment("v1", -2000), Given.Deployment("v2", -30)]) };
        var step = state.Objectives[0].Terms.Step;
        var readings = new ObjectiveReadings(SliOutcome.Read(null), StepGrid.IndexOf(Given.At(end), step) - cells.Length, cells);
        return Engine.Step(state, new EngineInput([readings], histories, GuardState.Empty, Given.At(end), new HashSet<RollbackId>()));
    }

    private static string? Next(ObjectiveState objective, Duration? chunk = null) => BackFillPlan.Next(objective, chunk ?? Day) is { } next
        ? $"{(next.Grid.Start - Given.T0).TotalMinutes:0} to {(next.Grid.End - Given.T0).TotalMinutes:0} in {next.Grid.Count}{(next.AllowEstimate ? "" : " exact")}"
        : null;

    private static void Answer(ObjectiveState objective, Func<int, SliCell> cell, Duration? chunk = null)
    {
        var next = BackFillPlan.Next(objective, chunk ?? Day)!.Value;
        Assert.True(BackFillIntake.Take(objective, new BackFillReadings(next, Enumerable.Range(0, next.Grid.Count).Select(cell).ToArray(), next.AllowEstimate)));
    }

    private static Objective Events(CompliancePeriod? period = null) => Given.Events(99, period) with { Indicator = Readers.GoodOfValid };

    [Fact]
    public void Steps_up_to_the_hour_then_hours_a_chunk_at_a_time_to_the_beginning_of_the_period()
    {
        var (_, objective) = Started(Events(CompliancePeriod.Rolling(Duration.FromMinutes(2860))));
        var asked = new List<string>();
        for (; Next(objective) is { } next; Answer(objective, _ => Readers.Cell(1, 1))) asked.Add(next);
        Assert.Equal(
            ["-60 to -40 in 20 exact", "-1500 to -60 in 24", "-2820 to -1500 in 22", "-2860 to -2820 in 40 exact"], asked);
        Assert.Equal(Given.Step0 - 2860, objective.Tracker!.First);
        Assert.Equal(1, objective.Tracker.Budget().Coverage);
    }

    [Fact]
    public void Slices_are_asked_for_one_by_one()
    {
        var (_, objective) = Started(Events(CompliancePeriod.Rolling(2)) with { Budgeting = BudgetingMethod.Timeslices, Slices = Readers.AtLeast99 });
        Assert.Equal("-100 to -40 in 60 exact", Next(objective));
        Assert.Equal("-50 to -40 in 10 exact", Next(objective, Duration.FromMinutes(10)));
    }

    [Fact]
    public void An_hour_is_read_step_by_step_where_a_downtime_or_a_reset_lies_inside()
    {
        var (_, objective) = Started(Events() with
        {
            Downtimes = [new OneOffDowntime { Id = "part", Start = Given.At(-300), End = Given.At(-295) }, new OneOffDowntime { Id = "whole", Start = Given.At(-660), End = Given.At(-540) }],
            Resets = [new BudgetReset { Id = "r", At = Given.At(-1000), Reason = "r", By = "b" }],
        });
        var asked = new List<string>();
        for (var i = 0; i < 6; i++, Answer(objective, _ => Readers.Cell(6, 6))) asked.Add(Next(objective)!);
        Assert.Equal(
            [
                "-60 to -40 in 20 exact", "-240 to -60 in 3", "-300 to -240 in 60 exact", "-960 to -300 in 11", "-1020 to -960 in 60 exact", "-2460 to -1020 in 24",
            ],
            asked);
        Assert.Equal(5 + 120, objective.Tracker!.Last(3000).Excluded);
    }

    [Fact]
    public void Of_the_calendar_the_current_period_is_read_and_as_much_as_the_rules_look_back()
    {
        string LastOf(Objective objective)
        {
            var (_, state) = Started(objective);
            var last = "";
            for (; Next(state, Day * 30) is { } next; Answer(state, _ => Readers.Cell(1, 1), Day * 30)) last = next;
            return last[..last.IndexOf(' ')];
        }

        static string Minutes(Instant at) => $"{(at - Given.T0).TotalMinutes:0}";
        Assert.Equal(Minutes(Instant.FromUtc(2026, 2, 1, 0, 0)), LastOf(Events(CompliancePeriod.Month())));
        Assert.Equal(Minutes(Given.T0 - (Day * 7)), LastOf(Events(CompliancePeriod.Week())));
        Assert.Equal(
            Minutes(Given.T0 - (Day * 29)),
            LastOf(Events(CompliancePeriod.Quarter(startMonth: 2)) with { Rules = [Given.PageRule() with { Rollback = null, When = Given.Burn(Day * 29, 1) }] }));
    }

    [Fact]
    public void What_one_stretch_cannot_take_of_a_negative_difference_the_steps_before_it_do()
    {
        // Good events that were counted in the hour before the one that they were valid in.
        var (_, objective) = Started(Events());
        Answer(objective, _ => Readers.Cell(6, 6));
        var before = objective.Tracker!.Budget();
        Answer(objective, i => i == 23 ? Readers.Cell(606, 600) : Readers.Cell(590, 600));
        Assert.Equal((24 * 600, (23 * 10) - 6), (objective.Tracker.Budget().Valid - before.Valid, objective.Tracker.Budget().Bad - before.Bad));
    }

    [Fact]
    public void Good_events_that_matched_later_are_no_typo()
    {
        static SliCell Down(int i) => Readers.Cell(0, 100, AbsentSelectors.First);
        var (_, objective) = Started(Events());
        Answer(objective, Down);
        Assert.Equal(2000, objective.Tracker!.Budget().Bad);

        // And those that match in history only have matched, too.
        var (_, typo) = Started(Events(), Down);
        Assert.Equal(0, typo.Tracker!.Budget().Valid);
        Answer(typo, i => i == 0 ? Readers.Cell(100, 100) : Down(i));
        Assert.True(typo.Reader!.HasMatched);
        Assert.Equal(1900, typo.Tracker.Budget().Bad);
    }

    [Fact]
    public void Growth_over_a_long_gap_is_for_the_budget_only()
    {
        var (_, objective) = Started(Events());
        Answer(objective, i => Readers.Cell(5, 6, isRecovered: i is >= 2 and < 12) with { IsLongGap = i is >= 2 and < 12 });
        Answer(objective, i => Readers.Cell(50, 60, isRecovered: i == 5) with { IsLongGap = i == 5 });
        Assert.Equal((20.0 * 6) + (24 * 60) + (Live * 600), objective.Tracker!.Budget().Valid, 6);
        Assert.Equal((10.0 * 6) + (23 * 60) + (Live * 600), objective.Tracker.Last(2000).Valid, 6);
    }

    [Fact]
    public void What_begins_with_history_blames_nobody()
    {
        var rule = Given.PageRule() with { When = new BudgetRemainingCondition { Below = 0.5m } };
        var (state, objective) = Started(Events(CompliancePeriod.Rolling(2)) with { Rules = [rule] });
        Assert.Empty(Step(state, 1, Readers.Cell(600, 600)).Episodes);
        while (Next(objective) is not null) Answer(objective, _ => Readers.Cell(500, 600));
        var output = Step(state, 2, Readers.Cell(600, 600));

        Assert.NotEmpty(output.Episodes);
        Assert.All(output.Episodes, e => Assert.True(e.IsRecomputed));
        Assert.All(output.Episodes, e => Assert.Equal(Given.At(1), e.Onset));
        Assert.All(output.Decisions, d => Assert.Contains(HoldReason.Recomputed, d.Decision.Holds));
    }

    [Fact]
    public void An_answer_that_does_not_fit_any_more_is_none()
    {
        var (_, objective) = Started(Events());
        var next = BackFillPlan.Next(objective, Day)!.Value;
        objective.Forget();
        Assert.False(BackFillIntake.Take(objective, new BackFillReadings(next, new SliCell[next.Grid.Count], IsEstimate: false)));
        Assert.Null(BackFillPlan.Next(objective, Day));
        Assert.Equal(0, BackFillPlan.Progress(objective));
    }

    [Fact]
    public void Where_nothing_is_found_as_much_again_is_asked_for()
    {
        var (_, objective) = Started(Events());
        var asked = new List<int>();
        for (; BackFillPlan.Next(objective, Day) is { } next; Answer(objective, _ => new SliCell(StepState.Unmeasured, 0, 0))) asked.Add(next.Grid.Count);
        Assert.Equal([20, 24, 24, 48, 96, 192, 335], asked);
        Assert.Equal(Given.Step0 - Live, objective.Tracker!.First);
        Assert.Equal(1, BackFillPlan.Progress(objective));
    }
}
