namespace SloRollback.Tests.Evaluation;

/// <summary>However the readings are cut, the same episodes follow; decisions are taken at the newest step only.</summary>
public sealed class ReplayTests
{
    private const int Last = 120;

    private static Flow Any(Dice dice)
    {
        var (from, to, ratio) = (dice.Between(-10, 40), dice.Between(41, 110), dice.Of(2, 10, 50));
        var cells = Enumerable.Range(-450, Last + 451).ToDictionary(i => i, i => dice.Below(30) switch
        {
            0 => new SliCell(StepState.Missing, 0, 0),
            1 => Flow.Cell(0, 0),
            _ => Flow.Cell(i >= from && i < to ? ratio : dice.Below(40) == 0 ? 2 : 0),
        });
        var flow = new Flow(step => cells[step]);
        flow.Deployments.Add(Given.Deployment("v2", dice.Between(-20, 20) + dice.Of(0, 0.5)));
        if (dice.Chance(0.5)) flow.Deployments.Add(Given.Deployment("v3", dice.Between(25, 60) + dice.Of(0, 0.3), dice.Of(2, 10)));
        return flow;
    }

    private static string[] Episodes(Flow flow) =>
        [.. flow.Episodes.Select(e => $"{e.Onset} {e.ErrorsBegan} {e.EndedAt} {e.End} {e.Deployment}").Order(StringComparer.Ordinal)];

    [DiceProperty(MaxTest = 60)]
    public void Chopping_the_readings_differently_gives_the_same_episodes(Dice dice)
    {
        var seed = dice.Below(int.MaxValue);
        var (single, chopped) = (Any(new Dice(seed)), Any(new Dice(seed)));
        single.Through(-20, Last);
        for (var step = -20; step <= Last; step += dice.Between(1, 40)) chopped.To(step);
        chopped.To(Last);

        Assert.Equal(Episodes(single), Episodes(chopped));
        Assert.All(chopped.Outputs, o => Assert.All(o.Decisions, d => Assert.Equal(o.Status.EvaluatedAt, d.Input.EvaluatedAt)));
        Assert.Equal(single.Outputs[^1].Status.Objectives[0].Budget, chopped.Outputs[^1].Status.Objectives[0].Budget);
    }

    [DiceProperty(MaxTest = 60)]
    public void A_decision_to_act_is_the_same_whether_steps_were_missed_or_not(Dice dice)
    {
        var seed = dice.Below(int.MaxValue);
        var (single, late) = (Any(new Dice(seed)), Any(new Dice(seed)));
        single.Guards = late.Guards = new GuardState { Pauses = [new Pause { By = "so that every evaluation decides" }] };
        var step = dice.Between(0, Last);
        single.Through(-20, step);
        late.To(-20);
        late.To(step);
        string[] Now(Flow flow) => [.. flow.Outputs[^1].Decisions.Select(d => $"{d.Input.Episode.Deployment} {d.Input.Episode.Onset} {d.Decision.Suspect} {d.Decision.ReturnTo} {string.Join(',', d.Decision.Holds)}").Order()];

        // A decision that was due while the engine was away is taken late; one that is due at this step is the same.
        if (single.Outputs[^1].Decisions.Length > 0)
            Assert.Superset(Now(single).ToHashSet(), Now(late).ToHashSet());
    }

    [DiceProperty(MaxTest = 15)]
    public void The_order_of_the_objectives_does_not_matter(Dice dice)
    {
        var seeds = (dice.Below(1000), dice.Below(1000));
        (PolicyRule A, PolicyRule B) rules = (Given.PageRule() with { Id = "a" }, Given.PageRule(RollbackMode.Approve) with { Id = "b", When = Given.Burn(Given.Hour, 10m, sinceDeployment: true) });
        SliCell At(int seed, int step) => Flow.Cell(step >= 0 && step % 50 < seed % 20 ? seed % 30 : 0);
        var ab = new Flow((objective, step) => At(objective == 0 ? seeds.Item1 : seeds.Item2, step), rules.A, rules.B);
        var ba = new Flow((objective, step) => At(objective == 0 ? seeds.Item2 : seeds.Item1, step), rules.B, rules.A);
        foreach (var flow in new[] { ab, ba })
        {
            flow.Deployments.Add(Given.Deployment("v2", 0));
            flow.Deployments.Add(Given.Deployment("v3", 50));
            flow.Through(-1, 110);
        }

        string[] Of(Flow flow) => [.. flow.Decisions.Select(d => $"{d.Input.EvaluatedAt} {d.Input.Rule.Id} {d.Decision.Kind} {d.Decision.Suspect?.Revision} {d.Decision.ReturnTo} {d.Decision.Headline}").Order(StringComparer.Ordinal)];
        Assert.Equal(Of(ab), Of(ba));
    }

    [Fact]
    public void Counts_that_come_late_are_booked_where_they_belong()
    {
        var isBack = false;
        var flow = new Flow(step => step is >= 10 and < 13 && !isBack ? new SliCell(StepState.Unmeasured, 0, 0) : Flow.Cell(step is >= 10 and < 13 ? 30 : 0));
        flow.Through(-1, 12);
        Assert.Equal(0, flow.Outputs[^1].Status.Objectives[0].Budget.Bad);
        isBack = true;
        var status = flow.To(13).Status.Objectives[0];
        Assert.Equal(90, status.Budget.Bad);
        Assert.Equal(Given.Step0 + 10, Began(flow));
    }

    [Theory]
    [InlineData(3, 30)]
    [InlineData(8, 0)]
    [InlineData(30, 0)]
    public void Growth_over_a_gap_that_the_source_answered_through_counts_for_the_budget_and_over_a_long_one_for_no_look_back(int gap, double seen)
    {
        var isOver = false;
        var flow = new Flow(step => step is >= 10 && step < 10 + gap
            ? isOver ? Flow.Cell(10) with { IsRecovered = true, IsLongGap = gap > 5 } : new SliCell(StepState.Unmeasured, 0, 0)
            : Flow.Cell(0));
        flow.Through(-1, 9 + gap);
        isOver = true;
        flow.Through(10 + gap, 16 + gap);
        var counts = flow.State.Objectives[0].Counts;
        Assert.Equal(10.0 * gap, counts.Budget().Bad, 9);
        Assert.Equal(seen, counts.Last(60).Bad);

        // Read back for as long as a target may still come back, not at every step from then on.
        Assert.Equal(Given.Step0 + 17 + gap, flow.State.FirstToRead(flow.State.Objectives[0], Given.Step0 + 17 + gap));
    }

    [Fact]
    public void A_gap_that_is_longer_than_what_is_kept_singly_is_read_back_once()
    {
        // A service without pods for ten hours: the source answers all the time, and has no series.
        var flow = new Flow(step => step is >= 10 and < 610 ? new SliCell(StepState.Missing, 0, 0) : Flow.Cell(0)).Through(-1, 612);
        Assert.Equal(Given.Step0 + 613, flow.State.FirstToRead(flow.State.Objectives[0], Given.Step0 + 613));
    }

    [Fact]
    public void What_was_measured_when_it_was_final_stays()
    {
        var late = 0;
        var flow = new Flow(step => step == 5 ? Flow.Cell(late) : step == 6 && late == 0 ? new SliCell(StepState.Unmeasured, 0, 0) : Flow.Cell(0));
        flow.Through(-1, 6);
        late = 40;
        flow.To(7);
        Assert.Equal(0, flow.Outputs[^1].Status.Objectives[0].Budget.Bad);
    }

    [Fact]
    public void A_correction_without_a_new_step_reaches_the_runs()
    {
        var flow = new Flow(step => step == 3 ? new SliCell(StepState.Unmeasured, 0, 0) : Flow.Cell(0));
        flow.Through(-1, 3);
        var histories = new Dictionary<DeploymentTarget, TargetHistory>();
        Engine.Step(flow.State, new EngineInput(
            [new ObjectiveReadings(SliOutcome.Read(null), Given.Step0 + 3, new[] { Flow.Cell(50) })], histories, GuardState.Empty, Given.At(4), new HashSet<RollbackId>()));
        Assert.Equal(Given.Step0 + 3, Began(flow));
    }

    [Fact]
    public void After_longer_than_is_read_back_the_counts_go_on()
    {
        // Nobody asked for nine hours, and no more than seven are read back: two are lost.
        var flow = new Flow(step => Flow.Cell(step < 0 ? 0 : 1)).Through(-1, 0);
        flow.To(540);
        flow.To(541);
        var counts = flow.State.Objectives[0].Counts;
        Assert.Equal(Given.Step0 + 542, counts.Next);
        Assert.Equal((421, 120), (counts.Last(541).Seen, counts.Last(541).Unmeasured));
    }

    private static long? Began(Flow flow)
    {
        var counts = flow.State.Objectives[0].Counts;
        return counts.ErrorsBegan(new ExactFactor(14.4m * counts.Terms.Target.ErrorBudgetFraction), counts.Next - 60, counts.Next);
    }
}
