using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using SloRollback.Kubernetes.Workloads;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Probes;

/// <summary>
/// The manifest of a probe: a pod of a revision's template that Services find and controllers leave alone. No ReplicaSet adopts it, since it
/// lacks the label with the template's hash. No StatefulSet does, since its name does not end with a number. A DaemonSet adopts any pod
/// with its labels unless another controller has it, so there the ControllerRevision stands as its controller. In each case it goes with
/// the workload, and history, which reads revisions, never sees it.
/// </summary>
internal static class ProbePod
{
    /// <summary>What the name of every probe ends with.</summary>
    public const string NameEnd = "-probe";

    private const int LongestWorkload = 40;

    private static readonly Duration Shortest = Duration.FromMinutes(1);
    private static readonly Duration Longest = Duration.FromHours(1);

    // Added by the controllers of the three kinds.
    private static readonly string[] ControllerLabels =
        ["pod-template-hash", "rollouts-pod-template-hash", "controller-revision-hash", "pod-template-generation", "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"];

    /// <summary>Its name, the same for the same rollback.</summary>
    public static string Name(WorkloadObject workload, RollbackId id) =>
        $"{workload.Name[..Math.Min(workload.Name.Length, LongestWorkload)].TrimEnd('-', '.')}-{id.Value["rb-".Length..]}{NameEnd}";

    /// <summary>Why the workload cannot have a probe; <see langword="null"/> when it can.</summary>
    public static string? Problem(WorkloadObject workload, WorkloadRevision revision)
    {
        if (workload.Json.Items("spec", "volumeClaimTemplates").Any())
            return $"the pods of {workload} have volumes of their own, which a probe cannot share";

        var spec = revision.Template.Json.At("spec");
        var takesPort = spec?.IsTrue("hostNetwork") == true || spec?.Items("containers").Any(c => c.Items("ports").Any(p => p.Number("hostPort") > 0)) == true;
        return workload.Kind == WorkloadKind.DaemonSet && takesPort
            ? $"the pods of {workload} take ports of their node, of which none has a free one"
            : null;
    }

    public static string Write(WorkloadObject workload, WorkloadRevision revision, ProbeRequest request, Instant now)
    {
        var template = JsonSerializer.SerializeToNode(revision.Template.Json)!.AsObject();
        var metadata = template["metadata"] as JsonObject ?? [];
        template.Remove("metadata");

        var length = Duration.Max(Shortest, Duration.Min(Longest, request.TimeToLive));
        var labels = metadata["labels"] as JsonObject ?? [];
        foreach (var label in ControllerLabels)
            labels.Remove(label);
        labels[ProbeMarks.Id] = request.Id.Value;

        var annotations = metadata["annotations"] as JsonObject ?? [];
        annotations[ProbeMarks.Revision] = revision.ToRevision().Id;
        annotations[ProbeMarks.Deadline] = InstantPattern.General.Format(now + length);
        annotations[ProbeMarks.Reason] = request.Reason;

        // Nobody waits for it.
        annotations["cluster-autoscaler.kubernetes.io/safe-to-evict"] = "true";

        var spec = (template["spec"] as JsonObject ?? []).DeepClone().AsObject();
        spec["activeDeadlineSeconds"] = (long)length.TotalSeconds;
        spec["restartPolicy"] = "Always";
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject
            {
                ["name"] = Name(workload, request.Id),
                ["namespace"] = workload.Namespace,
                ["labels"] = labels.DeepClone(),
                ["annotations"] = annotations.DeepClone(),
                ["ownerReferences"] = new JsonArray(Owner(workload, revision)),
            },
            ["spec"] = spec,
        }.ToJsonString();
    }

    private static JsonObject Owner(WorkloadObject workload, WorkloadRevision revision) => workload.Kind == WorkloadKind.DaemonSet
        ? new JsonObject { ["apiVersion"] = "apps/v1", ["kind"] = "ControllerRevision", ["name"] = revision.Name, ["uid"] = revision.Uid, ["controller"] = true }
        : new JsonObject
        {
            ["apiVersion"] = $"{workload.Kind.Group}/{workload.Kind.Version}",
            ["kind"] = workload.Kind.Name,
            ["name"] = workload.Name,
            ["uid"] = workload.Uid,
        };
}
