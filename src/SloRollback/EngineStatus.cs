using System.Collections.Immutable;
using NodaTime;
using SloRollback.Objectives;
using SloRollback.Rollbacks;

namespace SloRollback;

/// <summary>What the engine knows after an evaluation, for dashboards and displays.</summary>
public sealed record EngineStatus
{
    /// <summary>The time of the last evaluation: the end of its step; <see langword="null"/> before the first.</summary>
    public Instant? EvaluatedAt { get; init; }

    /// <summary>Every objective of every monitored service.</summary>
    public ImmutableArray<ObjectiveStatus> Objectives { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Pauses and rollbacks on record.</summary>
    public GuardState Guards { get => field ?? GuardState.Empty; init; } = GuardState.Empty;
}
