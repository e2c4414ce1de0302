namespace SloRollback.Rollbacks;

/// <summary>What became of a request to roll back.</summary>
public enum RollbackResultStatus
{
    /// <summary>It failed; whether anything changed is to be asked with <see cref="IDeploymentRollbacker.GetProgressAsync"/>.</summary>
    Failed,

    /// <summary>The provider refused and changed nothing: the workload moved, is paused, has no such revision.</summary>
    Refused,

    /// <summary>The platform accepted it, now or earlier under the same id.</summary>
    Applied,
}
