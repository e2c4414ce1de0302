namespace SloRollback.Tests.Support;

/// <summary>Drives the engine with objectives of any kind: each is read on its own grid, as the shell does.</summary>
internal sealed class Stage
{
    private readonly Func<string, long, SliCell> script;

    /// <param name="script">The cell of an objective's step, by the objective's id and the step's index on the objective's grid.</param>
    /// <param name="objectives">The objectives, of one service.</param>
    public Stage(Func<string, long, SliCell> script, params Objective[] objectives)
        : this(script, [new MonitoredService { Id = Given.Service, Target = Given.Target, Objectives = [.. objectives] }])
    {
    }

    public Stage(Func<string, long, SliCell> script, ImmutableArray<MonitoredService> services)
    {
        this.script = script;
        State = new EngineState(new EngineSettings(), services);
    }

    public EngineState State { get; set; }

    public List<Deployment> Deployments { get; } = [];

    public GuardState Guards { get; set; } = GuardState.Empty;

    public List<EngineOutput> Outputs { get; } = [];

    public IEnumerable<Episode> Episodes => Outputs.SelectMany(o => o.Episodes);

    public ObjectiveState this[string id] => State.Objectives.Single(o => o.Objective.Id == id);

    public static CompositeIndicator Composite(CompositeKind kind, params string[] members) =>
        new() { Kind = kind, Members = [.. members.Select(m => new CompositeMember { Service = Given.Service, Objective = m })] };

    public ObjectiveStatus Status(string id) => Outputs[^1].Status.Objectives.Single(o => o.Key.Objective == id);

    /// <summary>Evaluates with the end of an engine's step as now.</summary>
    public EngineOutput To(long step, Func<string, bool>? isRead = null, int back = 0)
    {
        var now = StepGrid.StartOf(step + 1, Given.Minute);
        var readings = State.Objectives.Select(objective =>
        {
            if (objective.IsComposite) return ObjectiveReadings.None;
            if (isRead?.Invoke(objective.Objective.Id) == false) return ObjectiveReadings.Failed(SliOutcome.Failed(UnmeasuredReason.Unreachable, "refused", transient: true));

            var newest = EngineState.Newest(objective, now);
            var first = back > 0 ? newest + 1 - back : State.FirstToRead(objective, newest);
            var count = (int)Math.Max(0, newest + 1 - first);
            return count == 0
                ? new ObjectiveReadings(objective.Outcome, first, ReadOnlyMemory<SliCell>.Empty)
                : new ObjectiveReadings(SliOutcome.Read(null), first, Enumerable.Range(0, count).Select(i => script(objective.Objective.Id, first + i)).ToArray());
        }).ToList();
        var history = new TargetHistory(DeploymentTimeline.Of([.. Deployments.Where(d => d.StartedAt <= now)]));
        var output = Engine.Step(State, new EngineInput(
            readings, State.Targets.ToDictionary(t => t, _ => history), Guards, now, new HashSet<RollbackId>()));
        Outputs.Add(output);
        return output;
    }

    public Stage Through(long first, long last)
    {
        for (var step = first; step <= last; step++) To(step);
        return this;
    }
}
