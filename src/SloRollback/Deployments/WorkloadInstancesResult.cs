using System.Collections.Immutable;
using SloRollback.Rollbacks;

namespace SloRollback.Deployments;

/// <summary>The instances of a workload.</summary>
public sealed record WorkloadInstancesResult
{
    /// <summary>The instances, in the order of their names, whether they serve already or not.</summary>
    public ImmutableArray<RevisionInstance> Instances { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Where their names are unique, on Kubernetes the namespace; empty when they are unique anyway.</summary>
    public string Space { get => field ?? ""; init; } = "";

    /// <summary>Why they are not known; <see langword="null"/> when they are.</summary>
    public string? Unavailable { get; init; }
}
