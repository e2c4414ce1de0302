namespace SloRollback.Deployments;

/// <summary>
/// Lists the running instances of a workload with the revision of each. Registered as a keyed service under the provider's name; a
/// provider whose workloads have no instances with names registers none. What can go wrong is answered as a value.
/// </summary>
public interface IWorkloadInstances
{
    /// <summary>Lists the instances that the workload has now. Has no effect.</summary>
    /// <param name="request">The workload.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<WorkloadInstancesResult> ReadInstancesAsync(WorkloadInstancesRequest request, CancellationToken cancellationToken);
}
