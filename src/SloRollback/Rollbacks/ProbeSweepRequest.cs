using System.Collections.Immutable;
using SloRollback.Deployments;

namespace SloRollback.Rollbacks;

/// <summary>Asks to take away what is left of probes.</summary>
public sealed record ProbeSweepRequest
{
    /// <summary>The workloads of the provider.</summary>
    public ImmutableArray<DeploymentTarget> Targets { get => field.IsDefault ? [] : field; init; } = [];
}
