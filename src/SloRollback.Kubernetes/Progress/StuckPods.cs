using k8s.Models;
using SloRollback.Kubernetes.Api;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Progress;

/// <summary>The pods that an <c>OrderedReady</c> StatefulSet waits for in vain.</summary>
internal static class StuckPods
{
    /// <summary>
    /// The pods of other revisions than the one asked for that are not ready. None before the controller has seen what is asked for: it
    /// would make a deleted pod anew as it was.
    /// </summary>
    /// <param name="workload">The StatefulSet.</param>
    /// <param name="pods">The pods that its selector finds.</param>
    public static IEnumerable<V1Pod> Of(WorkloadObject workload, IEnumerable<V1Pod> pods) =>
        !workload.IsOrderedReady || !workload.IsObserved || workload.Json.Text("status", "updateRevision") is not { } wanted
            ? []
            : pods.Where(p => p.Metadata.OwnerReferences?.Any(o => o.Controller == true && o.Uid == workload.Uid) == true
                && p.Metadata.DeletionTimestamp is null
                && p.Metadata.Labels?.TryGetValue("controller-revision-hash", out var revision) == true
                && revision != wanted
                && p.Status?.Conditions?.Any(c => c.Type == "Ready" && c.Status == "True") != true);

    /// <summary>Deletes them; answers what was done, for people.</summary>
    public static async Task<string> FreeAsync(ClusterApi api, WorkloadObject workload, CancellationToken cancellationToken)
    {
        var pods = await api.PodsAsync(workload, cancellationToken).ConfigureAwait(false);
        if (!pods.TryGet(out var found, out var failure))
            return $"its pods could not be read: {failure.Detail}";

        var said = new List<string>();
        foreach (var pod in Of(workload, found))
        {
            var deleted = await api.DeleteAsync(pod, cancellationToken).ConfigureAwait(false);
            if (deleted.Failure is null)
                said.Add($"deleted the broken pod {pod.Metadata.Name}");
            else if (!deleted.Failure.IsNotFound && !deleted.Failure.IsConflict)
                said.Add($"the broken pod {pod.Metadata.Name} could not be deleted: {deleted.Failure.Detail}");
        }

        return string.Join(", ", said);
    }
}
