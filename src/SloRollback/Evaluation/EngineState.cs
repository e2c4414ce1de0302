using System.Collections.Immutable;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Rollbacks;
using SloRollback.Services;

namespace SloRollback.Evaluation;

/// <summary>What the engine keeps between evaluations. One writer: whoever calls <see cref="Engine.Step"/>.</summary>
internal sealed class EngineState
{
    // How long a gap in the samples is read again when they come back, so that what grew meanwhile is booked where it belongs. Growth
    // over longer gaps counts for the budget only (SEMANTICS §3).
    public static readonly Duration GapTolerance = Duration.FromMinutes(5);

    public EngineState(EngineSettings settings, ImmutableArray<MonitoredService> services, IDateTimeZoneProvider? zones = null)
    {
        var plans = new ObjectivePlans(settings, zones ?? DateTimeZoneProviders.Tzdb);
        Settings = settings;
        Services = services;
        var configured = services.SelectMany(service => service.Objectives.Select(objective => (service, objective))).ToList();
        var read = configured
            .Where(c => c.objective.Indicator is not CompositeIndicator)
            .Select(c => ObjectiveState.Create(c.service, c.objective, plans))
            .ToDictionary(o => o.Key);
        Objectives =
        [
            .. configured.Select(c => read.GetValueOrDefault(new ObjectiveKey(c.service.Id, c.objective.Id))
                ?? ObjectiveState.Compose(c.service, c.objective, plans, read.GetValueOrDefault)),
        ];
        Late = [.. Objectives.Where(o => o.IsLate)];
        Periodic = [.. Objectives.Where(o => o.Tracker is not null && !o.Terms.IsRolling)];
        foreach (var objective in Late)
            objective.Peers = PeersOf(objective);
        Targets = TargetsOf(services);
    }

    public EngineSettings Settings { get; }

    public ImmutableArray<MonitoredService> Services { get; }

    public ImmutableArray<ObjectiveState> Objectives { get; }

    /// <summary>Objectives that are evaluated after the others' counts of a step are known, since they depend on them.</summary>
    public ImmutableArray<ObjectiveState> Late { get; }

    /// <summary>Objectives with counts of their own over calendar periods.</summary>
    public ImmutableArray<ObjectiveState> Periodic { get; }

    /// <summary>Every target that a rule acts on or a service is deployed on.</summary>
    public ImmutableArray<DeploymentTarget> Targets { get; }

    /// <summary>Is history filled in? Then the status says how far.</summary>
    public bool IsBackFilling { get; init; }

    /// <summary>Deployments of quarantined content that were told already.</summary>
    public HashSet<DeploymentId> ToldRedeployed { get; } = [];

    /// <summary>Every target that a rule acts on or a service is deployed on.</summary>
    public static ImmutableArray<DeploymentTarget> TargetsOf(ImmutableArray<MonitoredService> services) =>
    [
        .. services.Select(s => s.Target)
            .Concat(services.SelectMany(s => s.Objectives).SelectMany(o => o.Rules).Select(r => r.Rollback?.Target))
            .OfType<DeploymentTarget>()
            .Distinct(),
    ];

    /// <summary>Is the mark of any deployment kept?</summary>
    public bool HasMarks
    {
        get
        {
            foreach (var objective in Objectives)
            {
                if (objective.Tracker is { HasMarks: true })
                    return true;
            }

            return false;
        }
    }

    /// <summary>The objective's newest final step, on its own grid.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="now">The end of the engine's newest final step.</param>
    public static long Newest(ObjectiveState objective, Instant now) => StepGrid.IndexOf(now, objective.Terms.Step) - 1;

    /// <summary>
    /// The first step to read for an objective so that it is whole up to the newest final step: the next one; or, with a gap, the step
    /// before it, which tells from where its growth is spread. A gap is read again while it lasts, and for as long after it as it may:
    /// targets come back one after the other. Beyond the newest step there is nothing to read yet.
    /// </summary>
    /// <param name="objective">The objective.</param>
    /// <param name="newest">Its newest final step.</param>
    public long FirstToRead(ObjectiveState objective, long newest)
    {
        var terms = objective.Terms;
        var furthest = FurthestToRead(objective, newest);
        if (objective.Tracker is not { HasStarted: true } tracker)
            return furthest;

        var first = tracker.Next;
        if (first > newest)
            return first;

        var single = Math.Max(tracker.First, tracker.OldestSingleStep);
        var tolerance = terms.StepsIn(GapTolerance);
        if (tracker.LastSpread >= tracker.Next - tolerance)
            first = Math.Max(single, tracker.FirstSpread(from: tracker.Next - (2 * tolerance), longest: tolerance));
        for (var oldest = Math.Max(single, tracker.Next - tolerance); first > oldest && tracker.IsBlank(first - 1);)
            first--;
        if (objective.GapFrom is { } gap && (IsOver(tracker, newest + 1 - tolerance) || gap <= newest + 2 - tracker.Layout.FineCapacity))
            first = Math.Max(single, gap);
        if (first < tracker.Next && first > single)
            first--;
        return Math.Max(first, furthest);
    }

    /// <summary>How far back is read at most when a step is the newest one.</summary>
    public long FurthestToRead(ObjectiveState objective, long newest) => newest + 1 - objective.Terms.StepsIn(Settings.Step * Settings.ReplaySteps);

    // A long gap is read once: when whoever comes back may have done so, or it is about to be too old to change.
    private static bool IsOver(ObjectiveTracker tracker, long since)
    {
        for (var step = since; step < tracker.Next; step++)
        {
            // Where nothing grew by what came back, it may by what does not yet.
            if (tracker.IsBlank(step) || (tracker.IsGap(step) && tracker.StateOf(step) == StepState.NoTraffic))
                return false;
        }

        return true;
    }

    /// <summary>
    /// Puts the decision in force that the shell came to: the engine's own, or what became of it when provider and journal had answered.
    /// Without a new document of evidence the one before stays.
    /// </summary>
    public void Conclude(RuleKey key, DeploymentTarget target, DeploymentId deployment, RollbackDecision decision, string? evidenceId)
    {
        // A composite's rule has a state for every target.
        foreach (var rule in Objectives.SelectMany(o => o.Rules).Where(r => r.Key == key && r.Rule.Rollback?.Target == target))
        {
            rule.LastDecision = decision;
            rule.EvidenceId = evidenceId ?? rule.EvidenceId;
            if (rule.Open.TryGetValue(deployment, out var open))
                open.Decision = decision;
        }
    }

    // Of all other services but those that the service calls, whose traffic goes with its own. Found when they are gone through.
    private IEnumerable<IObjectiveCounts> PeersOf(ObjectiveState objective)
    {
        var called = CalledBy(objective.Service);
        foreach (var other in Objectives)
        {
            if (!other.IsComposite && !other.Terms.IsSliced && other.Service.Id != objective.Service.Id && !called.Contains(other.Service.Id))
                yield return other.Counts;
        }
    }

    private HashSet<ServiceId> CalledBy(MonitoredService service)
    {
        var called = new HashSet<ServiceId>(service.DependsOn);
        var open = new Queue<ServiceId>(called);
        while (open.TryDequeue(out var next))
        {
            foreach (var further in Services.Where(s => s.Id == next).SelectMany(s => s.DependsOn))
            {
                if (called.Add(further)) open.Enqueue(further);
            }
        }

        return called;
    }
}
