using System.Collections.Immutable;
using SloRollback.Deployments;
using SloRollback.Rollbacks;
using SloRollback.Services;

namespace SloRollback.Evaluation;

/// <summary>What the engine keeps between evaluations. One writer: whoever calls <see cref="Engine.Step"/>.</summary>
internal sealed class EngineState
{
    // How long a gap in the samples is read again when they come back, so that what grew meanwhile is booked where it belongs.
    private static readonly NodaTime.Duration GapTolerance = NodaTime.Duration.FromMinutes(5);

    public EngineState(EngineSettings settings, ImmutableArray<MonitoredService> services)
    {
        Settings = settings;
        Objectives = [.. services.SelectMany(service => service.Objectives.Select(objective => new ObjectiveState(service, objective, settings)))];
        Targets = TargetsOf(services);
    }

    public EngineSettings Settings { get; }

    public ImmutableArray<ObjectiveState> Objectives { get; }

    /// <summary>Every target that a rule acts on or a service is deployed on.</summary>
    public ImmutableArray<DeploymentTarget> Targets { get; }

    /// <summary>Every target that a rule acts on or a service is deployed on.</summary>
    public static ImmutableArray<DeploymentTarget> TargetsOf(ImmutableArray<MonitoredService> services) =>
    [
        .. services.Select(s => s.Target)
            .Concat(services.SelectMany(s => s.Objectives).SelectMany(o => o.Rules).Select(r => r.Rollback?.Target))
            .OfType<DeploymentTarget>()
            .Distinct(),
    ];

    /// <summary>Deployments of quarantined content that were told already.</summary>
    public HashSet<DeploymentId> ToldRedeployed { get; } = [];

    /// <summary>
    /// The first step to read for an objective so that it is whole up to the newest final step: the next one, or the beginning of the
    /// gap that it ends in.
    /// </summary>
    /// <param name="objective">The objective.</param>
    /// <param name="newest">The newest final step.</param>
    public long FirstToRead(ObjectiveState objective, long newest)
    {
        var tracker = objective.Tracker;
        var furthest = newest + 1 - Settings.ReplaySteps;
        if (!tracker.HasStarted)
            return furthest;

        var first = tracker.Next;
        var oldest = Math.Max(tracker.OldestSingleStep, tracker.Next - tracker.StepsIn(GapTolerance));
        while (first > oldest && tracker.TryGetStep(first - 1, out var counts) && counts.Gaps > 0 && counts.Seen == 0)
            first--;
        return Math.Max(first, furthest);
    }

    /// <summary>
    /// Puts the decision in force that the shell came to: the engine's own, or what became of it when provider and journal had answered.
    /// </summary>
    public void Conclude(RuleKey key, DeploymentId deployment, RollbackDecision decision, string? evidenceId)
    {
        foreach (var rule in Objectives.SelectMany(o => o.Rules).Where(r => r.Key == key))
        {
            rule.LastDecision = decision;
            rule.EvidenceId = evidenceId ?? rule.EvidenceId;
            if (rule.Open.TryGetValue(deployment, out var open))
                open.Decision = decision;
        }
    }
}
