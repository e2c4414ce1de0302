using System.Collections.Immutable;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Policies;
using SloRollback.Services;

namespace SloRollback.Evaluation;

/// <summary>What is kept of an objective between evaluations.</summary>
internal sealed class ObjectiveState
{
    private ObjectiveState(MonitoredService service, Objective objective, ObjectiveTerms terms, IObjectiveCounts counts, ImmutableArray<ObjectiveState> members)
    {
        (Service, Objective, Terms, Counts, Members) = (service, objective, terms, counts, members);
        Key = new ObjectiveKey(service.Id, objective.Id);
        IsLate = IsComposite || objective.Rules.Any(rule => Conditions.Of(rule.When).Any(c => c is TrafficLostCondition));
        Rules = [.. objective.Rules.SelectMany(rule => RuleState.Of(this, rule))];
        Lookbacks =
        [
            .. objective.Rules.SelectMany(rule => BurnWindows.Of(rule.When, objective.Target))
                .SelectMany(w => new[] { w.Long, w.Short }).Distinct().OrderDescending(),
        ];
        LookbackSteps = [.. Lookbacks.Select(terms.StepsIn)];
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
    public StepReader? Reader { get; private init; }

    /// <summary>When steps do not count.</summary>
    public DowntimeCalendar? Downtimes { get; private init; }

    /// <summary>The members of a composite; else empty.</summary>
    public ImmutableArray<ObjectiveState> Members { get; }

    public bool IsComposite => !Members.IsEmpty;

    /// <summary>Does a verdict depend on the counts of other objectives?</summary>
    public bool IsLate { get; }

    public ImmutableArray<RuleState> Rules { get; }

    /// <summary>The look-backs that the rules use.</summary>
    public ImmutableArray<Duration> Lookbacks { get; }

    /// <summary>The same in steps.</summary>
    public ImmutableArray<long> LookbackSteps { get; }

    /// <summary>The newest step.</summary>
    public SliStep Newest { get; set; }

    /// <summary>The step after the newest that was evaluated.</summary>
    public long Evaluated { get; set; } = long.MinValue;

    /// <summary>How the last read went.</summary>
    public SliOutcome Outcome { get; set; } = SliOutcome.Read(null);

    public bool IsClockSkewed { get; set; }

    /// <summary>Evaluations in a row that saw nothing.</summary>
    public int BlindEvaluations { get; set; }

    /// <summary>The state of an objective that is read from a source.</summary>
    public static ObjectiveState Create(MonitoredService service, Objective objective, EngineSettings settings, IDateTimeZoneProvider zones)
    {
        var terms = new ObjectiveTerms(objective, settings, zones);
        var layout = TrackerLayout.Create(terms.Step, objective.Period.LongestLength, settings);
        ImmutableArray<Downtime> downtimes = [.. settings.Downtimes, .. service.Downtimes, .. objective.Downtimes];
        return new ObjectiveState(service, objective, terms, new ObjectiveTracker(terms, layout), [])
        {
            Reader = StepReader.Create(objective, layout.FineCapacity - 1),
            Downtimes = downtimes.IsEmpty ? null : new DowntimeCalendar(downtimes, zones),
        };
    }

    /// <summary>The state of a composite.</summary>
    /// <param name="service">The service that it belongs to.</param>
    /// <param name="objective">The composite.</param>
    /// <param name="settings">The settings in force.</param>
    /// <param name="zones">The time zones that are known.</param>
    /// <param name="find">Finds a member.</param>
    /// <exception cref="InvalidOperationException">A member is not there, or is a composite itself: the configuration was not checked.</exception>
    public static ObjectiveState Compose(
        MonitoredService service, Objective objective, EngineSettings settings, IDateTimeZoneProvider zones, Func<ObjectiveKey, ObjectiveState?> find)
    {
        var composite = (CompositeIndicator)objective.Indicator;
        ImmutableArray<ObjectiveState> members =
        [
            .. composite.Members.Select(m => find(new ObjectiveKey(m.Service, m.Objective))
                ?? throw new InvalidOperationException($"{service.Id}/{objective.Id}: the member {m.Service}/{m.Objective} is not an objective that is read")),
        ];
        var terms = new ObjectiveTerms(objective, settings, zones, members[0].Terms);
        return new ObjectiveState(service, objective, terms, CountsOf(composite, terms, members, settings), members);
    }

    private static IObjectiveCounts CountsOf(CompositeIndicator composite, ObjectiveTerms terms, ImmutableArray<ObjectiveState> members, EngineSettings settings)
    {
        if (composite.Kind == CompositeKind.All)
            return new ObjectiveTracker(terms, TrackerLayout.Create(terms.Step, terms.Period.LongestLength, settings));

        var weights = composite.Members.Sum(m => m.Weight);
        return new CompositeCounts(terms, composite.Kind,
        [
            .. members.Zip(composite.Members, (member, m) => new CompositePart(
                member.Tracker!, (double)(m.Weight / weights), member.Service.Target, member.Tracker!.MarkResets(terms.ResetSteps))),
        ]);
    }
}
