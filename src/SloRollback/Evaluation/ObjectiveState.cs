using System.Collections.Immutable;
using SloRollback.BackFilling;
using SloRollback.Deployments;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Policies;
using SloRollback.Services;

namespace SloRollback.Evaluation;

/// <summary>What is kept of an objective between evaluations.</summary>
internal sealed class ObjectiveState
{
    private ImmutableArray<FinishedPeriod> history;
    private long historyChanges;

    private ObjectiveState(MonitoredService service, Objective objective, ObjectiveTerms terms, IObjectiveCounts counts, ImmutableArray<ObjectiveState> members, ObjectivePlans plans)
    {
        (Service, Objective, Terms, Counts, Members) = (service, objective, terms, counts, members);
        Key = new ObjectiveKey(service.Id, objective.Id);
        IsLate = IsComposite || objective.Rules.Any(rule => Conditions.Of(rule.When).Any(c => c is TrafficLostCondition));
        Rules = [.. objective.Rules.SelectMany(rule => RuleState.Of(this, rule, plans))];
        Lookbacks = plans.Lookbacks(objective, terms);
    }

    public MonitoredService Service { get; }

    public Objective Objective { get; }

    public ObjectiveKey Key { get; }

    public ObjectiveTerms Terms { get; }

    /// <summary>The counts: the tracker's, or made of the members'.</summary>
    public IObjectiveCounts Counts { get; }

    /// <summary>The counts that are kept for this objective; <see langword="null"/> for a composite that has none of its own.</summary>
    public ObjectiveTracker? Tracker => Counts as ObjectiveTracker;

    /// <summary>Turns cells into steps; <see langword="null"/> for a composite, which is not read.</summary>
    public StepReader? Reader { get; private set; }

    /// <summary>When steps do not count.</summary>
    public DowntimeCalendar? Downtimes { get; private init; }

    /// <summary>How far history is filled in; <see langword="null"/> for a composite, which is not read.</summary>
    public BackFillState? BackFill { get; private init; }

    /// <summary>Brings the history of a composite with counts of its own along with its members'; else <see langword="null"/>.</summary>
    public CompositeFill? Filling { get; private init; }

    /// <summary>The composites whose history is made of this objective's, and which of their members it is.</summary>
    public List<(CompositeFill Fill, int Member)> Feeds { get; } = [];

    /// <summary>Was history filled in since the newest step was judged?</summary>
    public bool IsRefilled { get; set; }

    /// <summary>The members of a composite; else empty.</summary>
    public ImmutableArray<ObjectiveState> Members { get; }

    public bool IsComposite => !Members.IsEmpty;

    /// <summary>Does a verdict depend on the counts of other objectives?</summary>
    public bool IsLate { get; }

    /// <summary>Objectives of the services whose traffic a loss is compared with. Gone through only when there is one.</summary>
    public IEnumerable<IObjectiveCounts> Peers { get; set; } = [];

    public ImmutableArray<RuleState> Rules { get; }

    /// <summary>The look-backs that the rules use, in steps, the longest first.</summary>
    public ImmutableArray<long> Lookbacks { get; }

    /// <summary>The newest step.</summary>
    public SliStep Newest { get; set; }

    /// <summary>The step after the newest that was evaluated.</summary>
    public long Evaluated { get; set; } = long.MinValue;

    /// <summary><see cref="Evaluated"/> when blind evaluations were counted last.</summary>
    public long Counted { get; set; } = long.MinValue;

    /// <summary>The beginning of a gap that is over and was too long to be read back at every step: it is read once more.</summary>
    public long? GapFrom { get; set; }

    /// <summary>How the last read went.</summary>
    public SliOutcome Outcome { get; set; } = SliOutcome.Read(null);

    public bool IsClockSkewed { get; set; }

    /// <summary>Do its series come from none of the instances of its service's target?</summary>
    public bool IsFromElsewhere { get; set; }

    /// <summary>Evaluations in a row that saw nothing.</summary>
    public int BlindEvaluations { get; set; }

    /// <summary>Every calendar period that is over; made anew only when one has ended or was changed since.</summary>
    public ImmutableArray<FinishedPeriod> History()
    {
        if (Terms.IsRolling)
            return [];

        var changes = Tracker?.HistoryChanges ?? Members.Sum(m => m.Tracker!.HistoryChanges);
        if (history.IsDefault || changes != historyChanges)
            (history, historyChanges) = ([.. Counts.Finished()], changes);
        return history;
    }

    /// <summary>Goes back to before the first step.</summary>
    public void Forget()
    {
        Tracker?.Forget();
        Reader = Reader is null ? null : NewReader(Objective, Tracker!.Layout);
        BackFill?.Forget();
        Filling?.Forget();
        foreach (var rule in Rules)
            rule.ForgetClocks();
    }

    /// <summary>
    /// Is a workload not the one that is measured? A rule that names another target than its service's means to act on what is not.
    /// </summary>
    public bool IsForeignTo(DeploymentTarget target) =>
        IsComposite ? Members.Any(m => m.IsForeignTo(target)) : IsFromElsewhere && Service.Target == target;

    /// <summary>Does a downtime touch any of the steps <c>[from, to)</c>?</summary>
    public bool IsDowntime(long from, long to) =>
        Downtimes?.Touches(StepGrid.StartOf(from, Terms.Step), StepGrid.StartOf(to, Terms.Step)) == true;

    /// <summary>The state of an objective that is read from a source.</summary>
    public static ObjectiveState Create(MonitoredService service, Objective objective, ObjectivePlans plans)
    {
        var (terms, layout) = plans.Terms(objective);
        ImmutableArray<Downtime> downtimes = [.. plans.Settings.Downtimes, .. service.Downtimes, .. objective.Downtimes];
        return new ObjectiveState(service, objective, terms, new ObjectiveTracker(terms, layout), [], plans)
        {
            Reader = NewReader(objective, layout),
            BackFill = new BackFillState(BackFillPlan.Reach(objective, terms)),
            Downtimes = downtimes.IsEmpty ? null : new DowntimeCalendar(downtimes, plans.Zones),
        };
    }

    /// <summary>The state of a composite.</summary>
    /// <param name="service">The service that it belongs to.</param>
    /// <param name="objective">The composite.</param>
    /// <param name="plans">What objectives share.</param>
    /// <param name="find">Finds a member.</param>
    /// <exception cref="InvalidOperationException">A member is not there, or is a composite itself: the configuration was not checked.</exception>
    public static ObjectiveState Compose(
        MonitoredService service, Objective objective, ObjectivePlans plans, Func<ObjectiveKey, ObjectiveState?> find)
    {
        var composite = (CompositeIndicator)objective.Indicator;
        ImmutableArray<ObjectiveState> members =
        [
            .. composite.Members.Select(m => find(new ObjectiveKey(m.Service, m.Objective))
                ?? throw new InvalidOperationException($"{service.Id}/{objective.Id}: the member {m.Service}/{m.Objective} is not an objective that is read")),
        ];
        var (terms, layout) = plans.Terms(objective, members[0].Terms);
        var counts = CountsOf(composite, terms, members, layout);
        return new ObjectiveState(service, objective, terms, counts, members, plans)
        {
            Filling = counts is ObjectiveTracker tracker ? new CompositeFill(tracker, members) : null,
        };
    }

    private static StepReader NewReader(Objective objective, TrackerLayout layout) => StepReader.Create(objective, layout.FineCapacity - 1);

    private static IObjectiveCounts CountsOf(CompositeIndicator composite, ObjectiveTerms terms, ImmutableArray<ObjectiveState> members, TrackerLayout layout)
    {
        if (composite.Kind == CompositeKind.All)
            return new ObjectiveTracker(terms, layout);

        var weights = composite.Members.Sum(m => m.Weight);
        return new CompositeCounts(terms, composite.Kind,
        [
            .. members.Zip(composite.Members, (member, m) => new CompositePart(
                member.Tracker!, (double)(m.Weight / weights), member.Service.Target, member.Tracker!.MarkResets(terms.Resets))),
        ]);
    }
}
