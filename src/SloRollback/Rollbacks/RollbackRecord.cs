using System.Collections.Immutable;
using NodaTime;
using SloRollback.Deployments;

namespace SloRollback.Rollbacks;

/// <summary>One rollback as the journal has it. There is at most one per deployment; its id derives from the deployment's.</summary>
public sealed record RollbackRecord
{
    /// <summary>The rollback's id.</summary>
    public RollbackId Id { get; init; }

    /// <summary>Counts the writes: the compare-and-swap compares it. 0 before the first.</summary>
    public int Version { get; init; }

    /// <summary>Its state.</summary>
    public RollbackState State { get; init; }

    /// <summary>The workload.</summary>
    public required DeploymentTarget Target { get; init; }

    /// <summary>The deployment that is rolled back.</summary>
    public DeploymentId Deployment { get; init; }

    /// <summary>The revision that is left.</summary>
    public required Revision From { get; init; }

    /// <summary>The revision that is brought back.</summary>
    public required Revision To { get; init; }

    /// <summary>Revisions newer than <see cref="From"/> that are undone as well.</summary>
    public ImmutableArray<Revision> PassedOver { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The mode under which it was decided.</summary>
    public RollbackMode Mode { get; init; }

    /// <summary>The person who rolls back by hand.</summary>
    /// <value>Empty: a rule asked for it.</value>
    public string By { get => field ?? ""; init; } = "";

    /// <summary>The rules that asked for it, each with what its verification demands.</summary>
    public ImmutableArray<RollbackClaim> Claims { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The provider's token for the workload that the decision saw.</summary>
    public string WorkloadIdentity { get => field ?? ""; init; } = "";

    /// <summary>The evidence document.</summary>
    public string EvidenceId { get => field ?? ""; init; } = "";

    /// <summary>When it was proposed.</summary>
    public Instant ProposedAt { get; init; }

    /// <summary>What a person said while it awaited approval; the decision is then taken anew.</summary>
    public RollbackAnswer? Answer { get; init; }

    /// <summary>When <see cref="RollbackState.Executing"/> was entered: quarantine begins here.</summary>
    public Instant? ExecutingAt { get; init; }

    /// <summary>When the platform accepted it.</summary>
    public Instant? AppliedAt { get; init; }

    /// <summary>When the revision served alone again: verification counts from here.</summary>
    public Instant? CompletedAt { get; init; }

    /// <summary>When it reached a final state.</summary>
    public Instant? FinishedAt { get; init; }

    /// <summary>Did the provider refuse and change nothing?</summary>
    public bool IsRefused { get; init; }

    /// <summary>What led to the present state, for people.</summary>
    public string Detail { get => field ?? ""; init; } = "";

    /// <summary>The revision that ran when it was decided: the newest of all that are undone.</summary>
    internal Revision Running => PassedOver.IsEmpty ? From : PassedOver[^1];

    /// <summary>Is the state final?</summary>
    public bool IsFinal => State >= RollbackState.Succeeded;

    /// <summary>Has it changed the workload, or may it have?</summary>
    public bool MayHaveActed => ExecutingAt is not null && !IsRefused;
}
