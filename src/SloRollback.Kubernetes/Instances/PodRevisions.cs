using System.Collections.Immutable;
using k8s.Models;
using SloRollback.Kubernetes.Probes;
using SloRollback.Kubernetes.Workloads;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Instances;

/// <summary>Which pod runs which revision.</summary>
internal static class PodRevisions
{
    /// <summary>The pods of a workload that serve, its probes among them, in the order of their names.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="revisions">Its revisions.</param>
    /// <param name="pods">The pods that its selector finds; other workloads' are left out.</param>
    public static ImmutableArray<RevisionInstance> Of(WorkloadObject workload, ImmutableArray<WorkloadRevision> revisions, IEnumerable<V1Pod> pods) =>
        All(workload, revisions, pods.Where(Serves));

    /// <summary>The same of all its pods, whether they serve or not.</summary>
    public static ImmutableArray<RevisionInstance> All(WorkloadObject workload, ImmutableArray<WorkloadRevision> revisions, IEnumerable<V1Pod> pods) =>
    [
        .. pods
            .Select(p => Revision(workload, revisions, p) is { } revision ? new RevisionInstance(p.Metadata.Name, revision) : null)
            .OfType<RevisionInstance>()
            .OrderBy(i => i.Name, StringComparer.Ordinal),
    ];

    /// <summary>Does a Service send it traffic?</summary>
    public static bool Serves(V1Pod pod) => pod.Metadata.DeletionTimestamp is null && ReadySince(pod) is not null;

    /// <summary>Since when it is ready; <see langword="null"/> when it is not.</summary>
    public static DateTime? ReadySince(V1Pod pod) =>
        pod.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready" && c.Status == "True") is { } ready ? ready.LastTransitionTime ?? pod.Metadata.CreationTimestamp : null;

    /// <summary>Is it a probe of this workload?</summary>
    public static bool IsProbe(WorkloadObject workload, ImmutableArray<WorkloadRevision> revisions, V1Pod pod) =>
        Label(pod, ProbeMarks.Id) is not null
        && pod.Metadata.OwnerReferences?.Any(o => o.Uid == workload.Uid || (o.Controller == true && revisions.Any(r => r.Uid == o.Uid && r.Uid.Length > 0))) == true;

    private static string? Revision(WorkloadObject workload, ImmutableArray<WorkloadRevision> revisions, V1Pod pod)
    {
        if (IsProbe(workload, revisions, pod))
            return pod.Metadata.Annotations?.TryGetValue(ProbeMarks.Revision, out var probed) == true ? probed : null;
        if (pod.Metadata.OwnerReferences?.FirstOrDefault(o => o.Controller == true) is not { } owner)
            return null;

        // A ReplicaSet has its pods itself; else the workload has them, and a label tells which revision they are of.
        if (workload.Kind.KeepsReplicaSets)
            return revisions.FirstOrDefault(r => r.Uid == owner.Uid)?.ToRevision().Id;
        if (owner.Uid != workload.Uid || Label(pod, "controller-revision-hash") is not { } label)
            return null;

        // One that the cluster has forgotten keeps the name that its controller gave it.
        return revisions.FirstOrDefault(r => label == r.Name || label == r.Hash)?.ToRevision().Id ?? label;
    }

    private static string? Label(V1Pod pod, string name) => pod.Metadata.Labels?.TryGetValue(name, out var value) == true ? value : null;
}
