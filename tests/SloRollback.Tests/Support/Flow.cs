namespace SloRollback.Tests.Support;

/// <summary>Drives the engine with scripted cells (bad, valid), one number per step since T0.</summary>
internal sealed class Flow
{
    private readonly Func<int, int, SliCell> script;

    // One objective per rule, each scripted by its index; the page rule on 99.9 % when none is given.
    public Flow(Func<int, int, SliCell> script, params PolicyRule[] rules)
    {
        this.script = script;
        if (rules.Length == 0) rules = [Given.PageRule()];
        State = new EngineState(new EngineSettings(), [.. rules.Select((rule, i) => new MonitoredService
        {
            Id = Given.Service,
            Target = Given.Target,
            Objectives =
            [
                new Objective
                {
                    Id = "objective" + i.ToString(CultureInfo.InvariantCulture), Target = Given.Slo(99.9m), Period = CompliancePeriod.Rolling(30),
                    Indicator = new EventRatioIndicator { Bad = "bad", Valid = "all" }, Rules = [rule],
                },
            ],
        })]);
    }

    public Flow(Func<int, SliCell> script, params PolicyRule[] rules)
        : this((_, step) => script(step), rules)
    {
    }

    public EngineState State { get; }

    public List<Deployment> Deployments { get; } = [Given.Deployment("v1", -2000)];

    public GuardState Guards { get; set; } = GuardState.Empty;

    public UnknownReason Blind { get; set; }

    public bool HasHistory { get; set; } = true;

    public HashSet<RollbackId> Approvals { get; } = [];

    public List<EngineOutput> Outputs { get; } = [];

    public IEnumerable<DecisionTaken> Decisions => Outputs.SelectMany(o => o.Decisions);

    public IEnumerable<Episode> Episodes => Outputs.SelectMany(o => o.Episodes);

    public static SliCell Cell(double bad, double valid = 100) => new(StepState.Measured, bad, valid);

    /// <summary>Evaluates with the end of a step as now; all steps since the last call are read in one go.</summary>
    public EngineOutput To(int step, bool isRead = true)
    {
        var readings = State.Objectives.Select((objective, i) =>
        {
            if (!isRead) return ObjectiveReadings.Failed(SliOutcome.Failed(UnmeasuredReason.Unreachable, "refused", transient: true));

            var first = State.FirstToRead(objective, Given.Step0 + step);
            var count = (int)(Given.Step0 + step + 1 - first);
            return new ObjectiveReadings(SliOutcome.Read(null), first, Enumerable.Range(0, count).Select(c => script(i, (int)(first - Given.Step0) + c)).ToArray());
        }).ToList();
        var now = Given.At(step + 1);
        var history = HasHistory ? [.. Deployments.Where(d => d.StartedAt <= now)] : ImmutableArray<Deployment>.Empty;
        var histories = new Dictionary<DeploymentTarget, TargetHistory> { [Given.Target] = new(DeploymentTimeline.Of(history), Blind) };
        var output = Engine.Step(State, new EngineInput(readings, histories, Guards, now, Approvals));
        Outputs.Add(output);
        return output;
    }

    public Flow Through(int first, int last)
    {
        for (var step = first; step <= last; step++) To(step);
        return this;
    }
}
