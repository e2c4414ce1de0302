namespace SloRollback.Tests.Support;

/// <summary>Drives the engine with several services, each with a workload of its own named as the service.</summary>
internal sealed class Fleet
{
    private readonly Func<ObjectiveKey, int, SliCell> script;
    private readonly Duration step;

    public Fleet(Func<ObjectiveKey, int, SliCell> script, params MonitoredService[] services)
        : this(script, new EngineSettings(), services)
    {
    }

    public Fleet(Func<ObjectiveKey, int, SliCell> script, EngineSettings settings, params MonitoredService[] services)
    {
        (this.script, step) = (script, settings.Step);
        State = new EngineState(settings, [.. services]);
        Deployments = [.. services.Where(s => s.Target is not null).Select(s => Deployment(s.Id.Name, "v1", -2000))];
    }

    public EngineState State { get; }

    public List<Deployment> Deployments { get; }

    public GuardState Guards { get; set; } = GuardState.Empty;

    /// <summary>Services whose source cannot be read.</summary>
    public HashSet<string> Down { get; } = [];

    public List<EngineOutput> Outputs { get; } = [];

    public IEnumerable<DecisionTaken> Decisions => Outputs.SelectMany(o => o.Decisions);

    public IEnumerable<Episode> Episodes => Outputs.SelectMany(o => o.Episodes);

    public IEnumerable<Notification> Notifications => Outputs.SelectMany(o => o.Notifications);

    public ObjectiveState this[string service, string objective = "availability"] =>
        State.Objectives.Single(o => o.Key == new ObjectiveKey(new ServiceId(service, "production"), objective));

    public static DeploymentTarget Target(string service) => new() { Provider = "fake", Workload = "shop/" + service };

    public static Deployment Deployment(string service, string revision, double start, double length = 2) =>
        Given.Deployment(revision, start, length) with { Target = Target(service) };

    /// <summary>A service that counts events, with rules on them.</summary>
    public static MonitoredService Service(string name, params PolicyRule[] rules) => Service(name, Given.Events(99.9m), rules);

    public static MonitoredService Service(string name, Objective objective, params PolicyRule[] rules) => new()
    {
        Id = new ServiceId(name, "production"),
        Target = Target(name),
        Objectives = [objective with { Rules = [.. rules.Select(r => r.Rollback is null ? r : r with { Rollback = r.Rollback with { Target = Target(name) } })] }],
    };

    /// <summary>A service without a workload, with a composite of other services' availability.</summary>
    public static MonitoredService Composite(CompositeKind kind, PolicyRule rule, params (string Service, decimal Weight)[] members) => new()
    {
        Id = new ServiceId("shop", "production"),
        Objectives =
        [
            Given.Events(99.9m) with
            {
                Id = "journey",
                Rules = [rule],
                Indicator = new CompositeIndicator
                {
                    Kind = kind,
                    Members =
                    [
                        .. members.Select(m => new CompositeMember { Service = new ServiceId(m.Service, "production"), Objective = "availability", Weight = m.Weight }),
                    ],
                },
            },
        ],
    };

    /// <summary>Evaluates with the end of a step as now; all steps since the last call are read in one go.</summary>
    public EngineOutput To(int index)
    {
        var zero = StepGrid.IndexOf(Given.T0, step);
        var readings = State.Objectives.Select(objective =>
        {
            if (objective.IsComposite) return ObjectiveReadings.None;
            if (Down.Contains(objective.Key.Service.Name))
                return ObjectiveReadings.Failed(SliOutcome.Failed(UnmeasuredReason.Unreachable, "refused", transient: true));

            var first = State.FirstToRead(objective, zero + index);
            return new ObjectiveReadings(SliOutcome.Read(null), first, Enumerable.Range((int)(first - zero), (int)(zero + index + 1 - first)).Select(i => script(objective.Key, i)).ToArray());
        }).ToList();
        var now = StepGrid.StartOf(zero + index + 1, step);
        var histories = Deployments.Where(d => d.StartedAt <= now)
            .GroupBy(d => d.Target)
            .ToDictionary(g => g.Key, g => new TargetHistory(DeploymentTimeline.Of(g)));
        var output = Engine.Step(State, new EngineInput(readings, histories, Guards, now, new HashSet<RollbackId>()));
        Outputs.Add(output);
        return output;
    }

    public Fleet Through(int first, int last)
    {
        for (var index = first; index <= last; index++) To(index);
        return this;
    }
}
