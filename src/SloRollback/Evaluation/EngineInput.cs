using System.Collections.Immutable;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Indicators;
using SloRollback.Policies;
using SloRollback.Rollbacks;

namespace SloRollback.Evaluation;

/// <summary>What was read for one objective: a run of final steps, or why they could not be read.</summary>
internal sealed record ObjectiveReadings(SliOutcome Outcome, long First, ReadOnlyMemory<SliCell> Cells, bool IsClockSkewed = false)
{
    /// <summary>Do its series come from none of the instances of its service's target?</summary>
    public bool IsFromElsewhere { get; init; }

    /// <summary>For an objective that is not read: a composite.</summary>
    public static ObjectiveReadings None { get; } = new(SliOutcome.Read(null), 0, ReadOnlyMemory<SliCell>.Empty);

    public static ObjectiveReadings Failed(SliOutcome outcome) => new(outcome, 0, ReadOnlyMemory<SliCell>.Empty);
}

/// <summary>A target's deployments, oldest first, and whether they can be relied on.</summary>
internal sealed record TargetHistory(ImmutableArray<Deployment> Deployments, UnknownReason Blind = UnknownReason.None)
{
    public static TargetHistory None { get; } = new([], UnknownReason.HistoryUnavailable);
}

/// <summary>Everything that one evaluation is given; see <see cref="Engine.Step"/>.</summary>
/// <param name="Readings">One per objective, in the engine's order.</param>
/// <param name="Histories">The deployments of every target.</param>
/// <param name="Guards">What the journal says.</param>
/// <param name="Now">The end of the newest final step.</param>
/// <param name="Approvals">Rollbacks that a person approved since: they are decided anew.</param>
internal sealed record EngineInput(
    IReadOnlyList<ObjectiveReadings> Readings,
    IReadOnlyDictionary<DeploymentTarget, TargetHistory> Histories,
    GuardState Guards,
    Instant Now,
    IReadOnlySet<RollbackId> Approvals);
