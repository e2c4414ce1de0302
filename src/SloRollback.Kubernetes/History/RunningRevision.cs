using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.History;

/// <summary>Which revision a workload asks for, as far as its controller has come.</summary>
internal static class RunningRevision
{
    /// <summary>
    /// What changes when another revision is asked for. Cheap to read, and never too calm: it also changes with scaling.
    /// </summary>
    public static (string Uid, long Generation, string Revision) Mark(WorkloadObject workload) => (workload.Uid, workload.Generation, Pointer(workload));

    /// <summary>How the workload names its revision; empty for a DaemonSet, which does not.</summary>
    public static string Pointer(WorkloadObject workload)
    {
        if (workload.Kind == WorkloadKind.StatefulSet)
            return workload.Json.Text("status", "updateRevision") ?? "";
        if (workload.Kind == WorkloadKind.Rollout)
            return workload.Json.Text("status", "currentPodHash") ?? "";
        return workload.Kind.NumberAnnotation is { } annotation ? workload.Annotation(annotation) ?? "" : "";
    }

    /// <summary>The digest of the template that the workload asks for; empty for a Rollout, whose template the server does not complete.</summary>
    public static string Digest(WorkloadObject workload) =>
        workload.Kind != WorkloadKind.Rollout && workload.Template is { } template ? PodTemplate.Of(template, workload.Kind).Digest : "";

    /// <summary>
    /// The revision; <see langword="null"/> while its controller has not seen the newest change or what is named is not of this
    /// template: a manifest that was exported brings the number of another time with it.
    /// </summary>
    public static RevisionFacts? Find(WorkloadObject workload, IReadOnlyList<RevisionFacts> revisions)
    {
        if (!workload.IsObserved)
            return null;

        var pointer = Pointer(workload);
        if (workload.Kind == WorkloadKind.Rollout)
            return revisions.Where(r => r.Id == pointer).MaxBy(r => r.Number);

        var digest = Digest(workload);
        var found = pointer.Length == 0
            ? revisions.MaxBy(r => r.Number)
            : revisions.FirstOrDefault(r => workload.Kind.KeepsReplicaSets ? pointer == $"{r.Number}" : pointer == r.Name);
        return found?.Digest == digest ? found : null;
    }
}
