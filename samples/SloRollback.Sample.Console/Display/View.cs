using System.Collections.Immutable;
using SloRollback.Objectives;
using SloRollback.Policies;
using SloRollback.Rollbacks;
using SloRollback.Sample.Platform;
using SloRollback.Sample.Traffic;

namespace SloRollback.Sample.Display;

/// <summary>Everything that a display shows, as it was at one moment.</summary>
internal sealed record View
{
    public required string Title { get; init; }

    public TimeSpan Elapsed { get; init; }

    public ImmutableArray<ReplicaView> Replicas { get; init; } = [];

    public TrafficReading Traffic { get; init; }

    /// <summary>The engine's view of the objective; <see langword="null"/> before the first evaluation.</summary>
    public ObjectiveStatus? Objective { get; init; }

    /// <summary>Whom a breach could be blamed on now.</summary>
    public WindowView RollbackWindow { get; init; }

    public RollbackRecord? Rollback { get; init; }

    public RuleStatus? Rule => Objective?.Rules.FirstOrDefault();

    /// <summary>The decision with its reason.</summary>
    public string Decision => Rule switch
    {
        { Decision: { } decision } => decision.Text,
        { Verdict: Verdict.Breached } => "the budget burns too fast",
        _ => "nothing to decide",
    };
}

/// <summary>One replica at one moment.</summary>
internal sealed record ReplicaView(string Name, string Version, ReplicaState State, TrafficReading Traffic);
