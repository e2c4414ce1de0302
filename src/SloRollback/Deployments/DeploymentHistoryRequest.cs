using NodaTime;

namespace SloRollback.Deployments;

/// <summary>Asks for the recent deployments of one target.</summary>
public sealed record DeploymentHistoryRequest
{
    /// <summary>The target.</summary>
    public required DeploymentTarget Target { get; init; }

    /// <summary>Deployments that ended before this instant are not needed, except the newest of them.</summary>
    public Instant Since { get; init; }
}
