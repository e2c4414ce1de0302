using System.Collections.Immutable;
using System.Text.Json;

namespace SloRollback.Kubernetes.Workloads;

/// <summary>The revisions that the cluster keeps of one workload.</summary>
internal static class WorkloadRevisions
{
    /// <summary>Reads them from the objects that its selector finds, newest first; other workloads' are left out.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="objects">ReplicaSets or ControllerRevisions.</param>
    public static ImmutableArray<WorkloadRevision> Of(WorkloadObject workload, IEnumerable<JsonElement> objects) =>
    [
        .. objects.Where(o => IsControlledBy(o, workload.Uid))
            .Select(o => Read(o, workload.Kind))
            .OfType<WorkloadRevision>()
            .OrderByDescending(r => r.Number)
            .ThenBy(r => r.Name, StringComparer.Ordinal),
    ];

    /// <summary>
    /// The revision that the workload asks for now; <see langword="null"/> while its controller has not seen the newest change, since
    /// the newest revision is then the one before.
    /// </summary>
    public static WorkloadRevision? Running(WorkloadObject workload, ImmutableArray<WorkloadRevision> revisions)
    {
        if (!workload.IsObserved || revisions.IsEmpty)
            return null;

        if (workload.Kind == WorkloadKind.StatefulSet)
            return revisions.FirstOrDefault(r => r.Name == workload.Json.Text("status", "updateRevision"));
        if (workload.Kind == WorkloadKind.Rollout)
            return revisions.FirstOrDefault(r => r.Hash == workload.Json.Text("status", "currentPodHash"));
        if (workload.Kind == WorkloadKind.DaemonSet)
            return revisions[0];

        return workload.Json.Number("metadata", "annotations", workload.Kind.NumberAnnotation!) is { } number
            ? revisions.FirstOrDefault(r => r.Number == number)
            : null;
    }

    /// <summary>The revision of a recorded identity; <see langword="null"/> when there is none, or more than one.</summary>
    public static WorkloadRevision? Find(ImmutableArray<WorkloadRevision> revisions, string id)
    {
        var found = revisions.Where(r => r.Is(id)).Take(2).ToList();
        return found.Count == 1 ? found[0] : null;
    }

    private static bool IsControlledBy(JsonElement item, string uid) =>
        item.Items("metadata", "ownerReferences").Any(o => o.IsTrue("controller") && o.Text("uid") == uid);

    /// <summary>Reads one object; <see langword="null"/> when it holds no template.</summary>
    public static WorkloadRevision? Read(JsonElement item, WorkloadKind kind)
    {
        var template = kind.KeepsReplicaSets ? item.At("spec", "template") : item.At("data", "spec", "template");
        var number = kind.KeepsReplicaSets ? item.Number("metadata", "annotations", kind.NumberAnnotation!) : item.Number("revision");
        if (template is null || item.Text("metadata", "uid") is not { } uid)
            return null;

        return new WorkloadRevision
        {
            Uid = uid,
            Name = item.Text("metadata", "name") ?? "",
            Hash = kind.HashLabels.Select(l => item.Text("metadata", "labels", l)).OfType<string>().FirstOrDefault(""),
            Number = number ?? 0,
            Template = PodTemplate.Of(template.Value, kind),
            Json = item,
        };
    }
}
