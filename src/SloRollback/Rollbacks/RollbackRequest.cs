using SloRollback.Deployments;

namespace SloRollback.Rollbacks;

/// <summary>One rollback, as a provider is asked to plan it, to do it, and how far it has come.</summary>
public sealed record RollbackRequest
{
    /// <summary>The rollback's id: the key of idempotence.</summary>
    public required RollbackId Id { get; init; }

    /// <summary>The workload.</summary>
    public required DeploymentTarget Target { get; init; }

    /// <summary>The revision that runs and is to be left.</summary>
    public required Revision From { get; init; }

    /// <summary>The revision to bring back.</summary>
    public required Revision To { get; init; }

    /// <summary>
    /// The token of the plan, empty while the plan is asked for; when the workload no longer matches it, the provider refuses.
    /// </summary>
    public string WorkloadIdentity { get => field ?? ""; init; } = "";

    /// <summary>One sentence that says why, to be left on the workload where the platform has a place for it.</summary>
    public string Reason { get => field ?? ""; init; } = "";
}
