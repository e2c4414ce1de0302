namespace SloRollback.Deployments;

/// <summary>How a deployment's rollout ended.</summary>
public enum DeploymentOutcome
{
    /// <summary>It goes on.</summary>
    InProgress,

    /// <summary>It completed: the new revision serves alone.</summary>
    Completed,

    /// <summary>It was given up, for example at the progress deadline.</summary>
    GivenUp,

    /// <summary>A newer deployment took its place before it completed.</summary>
    Superseded,
}
