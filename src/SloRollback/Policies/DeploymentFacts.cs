using SloRollback.Deployments;

namespace SloRollback.Policies;

/// <summary>What an episode's run of errors looked like when a deployment started.</summary>
public sealed record DeploymentFacts
{
    /// <summary>The deployment.</summary>
    public DeploymentId Deployment { get; init; }

    /// <summary>Bad events that the run already held in steps that were over when the deployment started.</summary>
    public double BadBefore { get; init; }

    /// <summary>Was the run older than the long look-back when the deployment started: the service's present level?</summary>
    public bool IsPresentLevel { get; init; }

    /// <summary>Share of the short look-back before the deployment that was measured, 0 to 1.</summary>
    public double CoverageBefore { get; init; }

    /// <summary>Bad events since the deployment, when these facts were taken.</summary>
    public double BadSince { get; init; }

    /// <summary>Valid events since the deployment, when these facts were taken.</summary>
    public double ValidSince { get; init; }
}
