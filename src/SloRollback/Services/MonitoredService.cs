using System.Collections.Immutable;
using SloRollback.Deployments;
using SloRollback.Objectives;

namespace SloRollback.Services;

/// <summary>A service in one environment: its objectives, and the deployment target on which rollbacks act.</summary>
public sealed record MonitoredService
{
    /// <summary>Service and environment name; unique in one host.</summary>
    public required ServiceId Id { get; init; }

    /// <summary>Where the service is configured, for messages: <c>SloRollback:Services:checkout</c>.</summary>
    public string Path { get => field ?? ""; init; } = "";

    /// <summary>The objectives, ids unique inside the service.</summary>
    public ImmutableArray<Objective> Objectives { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The workload that a rollback acts on; <see langword="null"/> when the service is only watched.</summary>
    public DeploymentTarget? Target { get; init; }

    /// <summary>Stretches that do not count for any objective of the service. Ids are unique inside the service.</summary>
    public ImmutableArray<Downtime> Downtimes { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Other monitored services that this one calls: their errors may be the cause of this one's.</summary>
    public ImmutableArray<ServiceId> DependsOn { get => field.IsDefault ? [] : field; init; } = [];
}
