using System.Collections.Immutable;

namespace SloRollback.Deployments;

/// <summary>Asks for a feed of the deployments of some targets.</summary>
public sealed record DeploymentWatchRequest
{
    /// <summary>The targets.</summary>
    public ImmutableArray<DeploymentTarget> Targets { get => field.IsDefault ? [] : field; init; } = [];
}
