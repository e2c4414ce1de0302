using SloRollback.Deployments;

namespace SloRollback.Rollbacks;

/// <summary>Asks what a rollback would do.</summary>
public sealed record RollbackPlanRequest
{
    /// <summary>The rollback's id.</summary>
    public required RollbackId Id { get; init; }

    /// <summary>The workload.</summary>
    public required DeploymentTarget Target { get; init; }

    /// <summary>The revision that runs and is suspected.</summary>
    public required Revision From { get; init; }

    /// <summary>The revision to bring back.</summary>
    public required Revision To { get; init; }
}
