using System.Collections.Immutable;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Policies;
using SloRollback.Services;

namespace SloRollback.Rollbacks;

/// <summary>Everything that the answer to a rollback by hand rests on. The same input gives the same answer, in every process and at any later time.</summary>
public sealed record ManualRollbackInput
{
    /// <summary>When it was asked for.</summary>
    public Instant At { get; init; }

    /// <summary>The monitored service.</summary>
    public ServiceId Service { get; init; }

    /// <summary>The workload.</summary>
    public required DeploymentTarget Target { get; init; }

    /// <summary>The id or name of the revision to return to.</summary>
    /// <value>Empty: the last known good one.</value>
    public string To { get => field ?? ""; init; } = "";

    /// <summary>The person.</summary>
    public required string By { get; init; }

    /// <summary>Why.</summary>
    public string Reason { get => field ?? ""; init; } = "";

    /// <summary>
    /// What is not to hold it, named one by one: <see cref="HoldReason.Superseded"/>, <see cref="HoldReason.RollbackUnsafe"/>,
    /// <see cref="HoldReason.ManagedElsewhere"/>, <see cref="HoldReason.NoKnownGoodRevision"/>, <see cref="HoldReason.NoCapacity"/>. Others hold all the same.
    /// </summary>
    public ImmutableArray<HoldReason> Overrides { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The durations and counts in force.</summary>
    public required EngineSettings Settings { get; init; }

    /// <summary>What the verification demands afterwards: of every rule of the service that may roll the workload back.</summary>
    public ImmutableArray<RollbackClaim> Claims { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The workload's deployments, oldest first.</summary>
    public ImmutableArray<Deployment> Deployments { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>What is on record about its revisions.</summary>
    public ImmutableArray<RevisionRecord> Revisions { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Pauses and earlier rollbacks.</summary>
    public GuardState Guards { get => field ?? GuardState.Empty; init; } = GuardState.Empty;

    /// <summary>What cannot be known, for example since the history is stale.</summary>
    public UnknownReason Blind { get; init; }

    /// <summary>The provider's plan; <see langword="null"/> until it was asked.</summary>
    public RollbackPlan? Plan { get; init; }
}
