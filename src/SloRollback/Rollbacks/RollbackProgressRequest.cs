using SloRollback.Deployments;

namespace SloRollback.Rollbacks;

/// <summary>Asks how far a rollback has come.</summary>
public sealed record RollbackProgressRequest
{
    /// <summary>The rollback's id.</summary>
    public required RollbackId Id { get; init; }

    /// <summary>The workload.</summary>
    public required DeploymentTarget Target { get; init; }

    /// <summary>The revision that was to be brought back.</summary>
    public required Revision To { get; init; }
}
