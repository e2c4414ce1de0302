using SloRollback.Deployments;

namespace SloRollback.Rollbacks;

/// <summary>What a rollback rule may do.</summary>
public sealed record RollbackAction
{
    /// <summary>How long after the end of a deployment's rollout an episode may still be blamed on it.</summary>
    /// <value>1 hour.</value>
    public RollbackWindow Window { get; init; } = RollbackWindow.Default;

    /// <summary>What follows from a decision to roll back.</summary>
    /// <value><see cref="RollbackMode.Observe"/>.</value>
    public RollbackMode Mode { get; init; }

    /// <summary>The workload to act on.</summary>
    public required DeploymentTarget Target { get; init; }
}
