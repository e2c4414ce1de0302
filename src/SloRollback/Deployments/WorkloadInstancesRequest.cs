namespace SloRollback.Deployments;

/// <summary>Asks for the instances of a workload.</summary>
public sealed record WorkloadInstancesRequest
{
    /// <summary>The workload.</summary>
    public required DeploymentTarget Target { get; init; }
}
