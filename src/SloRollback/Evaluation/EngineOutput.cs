using System.Collections.Immutable;
using SloRollback.Notifications;
using SloRollback.Policies;
using SloRollback.Rollbacks;

namespace SloRollback.Evaluation;

/// <summary>A decision about an open episode, and the one that was in force before it.</summary>
internal sealed record DecisionTaken(DecisionInput Input, RollbackDecision Decision, RollbackDecision? Previous);

/// <summary>What one evaluation yields. The shells act on it; nothing in it has happened yet.</summary>
internal sealed record EngineOutput
{
    public required EngineStatus Status { get; init; }

    public ImmutableArray<DecisionTaken> Decisions { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The episodes that began or ended.</summary>
    public ImmutableArray<Episode> Episodes { get => field.IsDefault ? [] : field; init; } = [];

    public ImmutableDictionary<RollbackId, Verification> Verifications { get; init; } = ImmutableDictionary<RollbackId, Verification>.Empty;

    public ImmutableArray<Notification> Notifications { get => field.IsDefault ? [] : field; init; } = [];
}
