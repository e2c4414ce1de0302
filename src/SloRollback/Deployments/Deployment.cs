using NodaTime;

namespace SloRollback.Deployments;

/// <summary>One change of a target's content, from the start of its rollout. A rollback is a deployment too.</summary>
public sealed record Deployment
{
    /// <summary>The target that was changed.</summary>
    public required DeploymentTarget Target { get; init; }

    /// <summary>Identity of the workload object; differs when it was deleted and made anew. Empty where the platform has none.</summary>
    public string WorkloadUid { get => field ?? ""; init; } = "";

    /// <summary>What was deployed.</summary>
    public required Revision Revision { get; init; }

    /// <summary>When the rollout began.</summary>
    public required Instant StartedAt { get; init; }

    /// <summary>
    /// Is the start a guess, as when the platform no longer tells when the content was changed? It is then not known which errors came
    /// before, and the deployment is never blamed.
    /// </summary>
    public bool IsStartApproximate { get; init; }

    /// <summary>When the rollout completed, was given up or was superseded; <see langword="null"/> while it goes on.</summary>
    public Instant? EndedAt { get; init; }

    /// <summary>How the rollout ended.</summary>
    public DeploymentOutcome Outcome { get; init; }

    /// <summary>Is it a rollback, ours or anybody's? A rollback is never rolled back.</summary>
    public bool IsRollback { get; init; }

    /// <summary>Is undoing it marked as unsafe, for example because it migrated a database?</summary>
    public bool IsRollbackUnsafe { get; init; }

    /// <summary>The container images, with digests where they are known, separated by commas; for people.</summary>
    public string Images { get => field ?? ""; init; } = "";

    /// <summary>What was said of the change where it was made, for example <c>kubernetes.io/change-cause</c>; for people.</summary>
    public string ChangeCause { get => field ?? ""; init; } = "";

    /// <summary>
    /// Identity of the deployment: target, workload, content and start. What is reported twice has the same id.
    /// </summary>
    public DeploymentId Id => DeploymentId.Of(this);
}
