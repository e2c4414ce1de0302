namespace SloRollback.Tests.BackFilling;

/// <summary>An engine whose history is filled in while it goes on: ticks, answers, late answers, failures and restarts.</summary>
internal sealed class BackFillRun
{
    private readonly Dice dice;
    private readonly EngineSettings settings;
    private readonly MonitoredService service;
    private readonly Truth[] truths;
    private readonly HashSet<(int Objective, long Step)> answered = [];
    private readonly List<(int Objective, BackFillReadings Readings)> underWay = [];

    public BackFillRun(Dice dice, EngineSettings settings, IEnumerable<Objective> objectives, long firstStep, long newest)
    {
        (this.dice, this.settings) = (dice, settings);
        service = new MonitoredService { Id = Given.Service, Target = Given.Target, Objectives = [.. objectives] };
        State = Create();
        (Newest, LiveFirst) = (newest, newest + 1 - settings.ReplaySteps);
        var count = (int)(newest - firstStep) + 400;
        truths =
        [
            .. State.Objectives.Select(o => new Truth(dice, firstStep, count, o.Terms.IsSliced ? 1 : Cell, LiveFirst)),
        ];
    }

    public EngineState State { get; private set; }

    public long Newest { get; private set; }

    public long LiveFirst { get; }

    public List<Deployment> Deployments { get; } = [];

    /// <summary>How far off estimates are.</summary>
    public double Error { get; init; }

    public EngineOutput? Output { get; private set; }

    /// <summary>Steps of an hour.</summary>
    public int Cell => (int)Math.Max(1, Math.Floor(Given.Hour / settings.Step));

    public IEnumerable<ObjectiveState> Read => State.Objectives.Where(o => !o.IsComposite);

    /// <summary>The next steps become final.</summary>
    public void Tick(int steps)
    {
        Newest += steps;
        var readings = State.Objectives.Select((o, i) => o.IsComposite ? ObjectiveReadings.None : Readings(o, i)).ToList();
        var histories = new Dictionary<DeploymentTarget, TargetHistory> { [Given.Target] = new([.. Deployments]) };
        Output = Engine.Step(State, new EngineInput(readings, histories, GuardState.Empty, StepGrid.StartOf(Newest + 1, settings.Step), new HashSet<RollbackId>()));
    }

    /// <summary>Asks for what is next of one objective. It may be answered at once, later, or never. False when nothing is lacking.</summary>
    public bool Ask(int objective, Duration chunk)
    {
        var one = State.Objectives[objective];
        if (one.IsComposite || underWay.Exists(u => u.Objective == objective)) return !one.IsComposite;
        if (BackFillPlan.Next(one, chunk) is not { } stretch) return false;

        var steps = (long)Math.Round(stretch.Grid.Step / settings.Step);
        Assert.True(stretch.Grid.Count > 0);
        Assert.True(stretch.Grid.First * steps >= BackFillPlan.Limit(one));
        Assert.False(stretch.AllowEstimate && one.Terms.IsSliced);
        var cells = Enumerable.Range(0, stretch.Grid.Count).Select(i => Answer(objective, stretch, (stretch.Grid.First + i) * steps, steps)).ToArray();
        if (dice.Chance(0.1)) return true;

        underWay.Add((objective, new BackFillReadings(stretch, cells, stretch.AllowEstimate && Error > 0)));
        return true;
    }

    /// <summary>What is under way arrives.</summary>
    public void Arrive()
    {
        foreach (var (objective, readings) in dice.Shuffled(underWay))
        {
            Assert.True(BackFillIntake.Take(State.Objectives[objective], readings));
            Assert.False(BackFillIntake.Take(State.Objectives[objective], readings));
            var (grid, steps) = (readings.Stretch.Grid, (long)Math.Round(readings.Stretch.Grid.Step / settings.Step));
            for (var step = grid.First * steps; step < (grid.First + grid.Count) * steps; step++)
                Assert.True(answered.Add((objective, step)), "asked twice");
        }

        underWay.Clear();
    }

    public void Restart()
    {
        var before = State;
        State = Create();
        foreach (var (was, now) in before.Objectives.Zip(State.Objectives).Where(o => o.First.Tracker is { HasStarted: true }))
        {
            var snapshot = ObjectiveSnapshot.Save(was);
            Assert.Null(ObjectiveSnapshot.Load(now, snapshot));
            Assert.Equal(snapshot, ObjectiveSnapshot.Save(now));
        }
    }

    /// <summary>The same engine, had it seen every step in its time.</summary>
    public EngineState InOrder()
    {
        var state = Create();
        foreach (var objective in state.Objectives.Where(o => !o.IsComposite))
        {
            foreach (var deployment in Deployments) objective.Tracker!.Mark(deployment);
        }

        for (var step = Read.Min(o => o.Tracker!.First); step <= Newest; step++)
        {
            for (var i = 0; i < state.Objectives.Length; i++)
            {
                var objective = state.Objectives[i];
                if (objective.IsComposite) CompositeIntake.Take(objective);
                else if (step >= State.Objectives[i].Tracker!.First) StepIntake.Record(objective, step, Booked(i, step), SliOutcome.Read(null));
            }
        }

        foreach (var objective in state.Periodic) objective.Tracker!.BeginPeriod();
        return state;
    }

    /// <summary>The oldest step that the period needs and of which something is known.</summary>
    public long OldestKnown(int objective)
    {
        var step = BackFillPlan.Limit(State.Objectives[objective]);
        while (Booked(objective, step).State != StepState.Measured) step++;
        return step;
    }

    private SliCell Booked(int objective, long step) =>
        State.Objectives[objective].IsDowntime(step, step + 1) ? new SliCell(StepState.Excluded, 0, 0) : truths[objective].Cell(step, 1);

    private SliCell Answer(int objective, BackFillStretch stretch, long step, long steps)
    {
        var cell = truths[objective].Cell(step, steps);
        var factor = stretch.AllowEstimate ? 1 + (Error * (dice.Below(201) - 100) / 100) : 1;
        return cell with { First = cell.First * factor, Second = cell.Second * factor };
    }

    private ObjectiveReadings Readings(ObjectiveState objective, int index)
    {
        var from = State.FirstToRead(objective, Newest);
        return new ObjectiveReadings(SliOutcome.Read(null), from, Enumerable.Range(0, (int)(Newest + 1 - from)).Select(i => truths[index].Cell(from + i, 1)).ToArray());
    }

    private EngineState Create() => new(settings, [service]) { IsBackFilling = true };
}
