using System.Collections.Immutable;
using k8s.Models;
using NodaTime;
using SloRollback.Kubernetes.Instances;
using SloRollback.Kubernetes.Workloads;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Probes;

/// <summary>How far a probe is, by what the cluster says of its pod.</summary>
internal static class ProbeStanding
{
    public static ProbeResult Of(WorkloadObject workload, ImmutableArray<WorkloadRevision> revisions, IEnumerable<V1Pod> pods, RollbackId id)
    {
        var all = pods.ToList();
        var probe = Find(workload, revisions, all, id);
        return Of(probe) with { Instances = PodRevisions.Of(workload, revisions, all) };
    }

    /// <summary>The pod of a probe; <see langword="null"/> when there is none.</summary>
    public static V1Pod? Find(WorkloadObject workload, ImmutableArray<WorkloadRevision> revisions, IEnumerable<V1Pod> pods, RollbackId id) =>
        pods.FirstOrDefault(p => p.Metadata.Name == ProbePod.Name(workload, id) && PodRevisions.IsProbe(workload, revisions, p));

    /// <summary>Has it ended, whatever is left of it?</summary>
    public static bool IsOver(V1Pod pod) => pod.Metadata.DeletionTimestamp is not null || pod.Status?.Phase is "Failed" or "Succeeded";

    private static ProbeResult Of(V1Pod? pod)
    {
        if (pod is null)
            return new ProbeResult { Status = ProbeStatus.Removed, Detail = "there is no probe" };
        if (pod.Metadata.DeletionTimestamp is not null)
            return new ProbeResult { Status = ProbeStatus.Removed, Detail = $"pod {pod.Metadata.Name} is being deleted" };
        if (IsOver(pod))
            return new ProbeResult { Status = ProbeStatus.Removed, Detail = $"pod {pod.Metadata.Name} has ended: {pod.Status.Reason ?? pod.Status.Phase}" };
        if (PodRevisions.ReadySince(pod) is { } since)
            return new ProbeResult { Status = ProbeStatus.Serving, ServingSince = Instant.FromDateTimeUtc(since.ToUniversalTime()), Detail = $"pod {pod.Metadata.Name} is ready" };

        // Words of the platform that hold no values of the pod.
        var why = pod.Status?.ContainerStatuses?.Select(s => s.State?.Waiting?.Reason).FirstOrDefault(r => r is not null)
            ?? pod.Status?.Conditions?.Where(c => c.Status != "True").Select(c => c.Reason).FirstOrDefault(r => r is { Length: > 0 });
        return new ProbeResult { Status = ProbeStatus.Starting, Detail = $"pod {pod.Metadata.Name} is not ready{(why is null ? "" : $": {why}")}" };
    }
}
