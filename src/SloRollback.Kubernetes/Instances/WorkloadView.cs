using System.Collections.Immutable;
using System.Net;
using k8s.Models;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Api;
using SloRollback.Kubernetes.Clusters;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Instances;

/// <summary>A workload with its revisions and the pods that its selector finds, as three calls show them.</summary>
internal sealed record WorkloadView(WorkloadObject Workload, ImmutableArray<WorkloadRevision> Revisions, ImmutableArray<V1Pod> Pods, ClusterApi Api)
{
    public static async Task<ApiAnswer<WorkloadView>> ReadAsync(KubernetesClusters clusters, DeploymentTarget target, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!WorkloadReference.TryParse(target.Workload, out var reference, out var problem) || !clusters.TryGet(target.Infrastructure, out var cluster, out problem))
            return new(null, new ApiFailure((int)HttpStatusCode.BadRequest, "", problem));

        var api = new ClusterApi(cluster, clusters.Options, time);
        var space = reference.Namespace ?? cluster.DefaultNamespace;
        var answer = await api.GetAsync(reference.Kind, space, reference.Name, cancellationToken).ConfigureAwait(false);
        if (answer.Failure is { IsNotFound: true } missing)
            return new(null, missing with { Detail = $"{reference.Kind}/{reference.Name} does not exist in the namespace {space}" });
        if (!answer.TryGet(out var workload, out var failure))
            return new(null, failure);

        var revisions = await api.RevisionsAsync(workload, cancellationToken).ConfigureAwait(false);
        if (revisions.Failure is { } notListed)
            return new(null, notListed);

        var pods = await api.PodsAsync(workload, cancellationToken).ConfigureAwait(false);
        return pods.TryGet(out var found, out failure) ? new(new WorkloadView(workload, revisions.Value, [.. found], api), null) : new(null, failure);
    }
}
