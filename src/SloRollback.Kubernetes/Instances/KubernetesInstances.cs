using SloRollback.Deployments;
using SloRollback.Kubernetes.Clusters;

namespace SloRollback.Kubernetes.Instances;

/// <summary>The pods of a workload, each with the revision that it runs.</summary>
internal sealed class KubernetesInstances(KubernetesClusters clusters, TimeProvider time) : IWorkloadInstances
{
    public async Task<WorkloadInstancesResult> ReadInstancesAsync(WorkloadInstancesRequest request, CancellationToken cancellationToken)
    {
        var answer = await WorkloadView.ReadAsync(clusters, request.Target, time, cancellationToken).ConfigureAwait(false);
        return answer.TryGet(out var view, out var failure)
            ? new WorkloadInstancesResult { Instances = PodRevisions.All(view.Workload, view.Revisions, view.Pods), Space = view.Workload.Namespace }
            : new WorkloadInstancesResult { Unavailable = failure.Detail };
    }
}
