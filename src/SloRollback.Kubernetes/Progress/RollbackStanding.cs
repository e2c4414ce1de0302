using System.Collections.Immutable;
using NodaTime;
using SloRollback.Kubernetes.Workloads;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Progress;

/// <summary>Tells from a workload and its revisions whether a rollback was applied, how far it has come, and whether it is still in place.</summary>
internal static class RollbackStanding
{
    public static RollbackProgress Of(WorkloadObject workload, ImmutableArray<WorkloadRevision> revisions, RollbackRequest request, Instant now)
    {
        var isSeen = WorkloadIdentity.TryParse(request.WorkloadIdentity, out var planned);
        if (isSeen && planned!.Uid != workload.Uid)
            return Reverted($"{workload} was deleted and made anew");

        var isMarked = workload.Annotation(RollbackMarks.Id) == request.Id.Value;
        var target = WorkloadRevisions.Find(revisions, request.To.Id);
        if (!isMarked && !WasApplied(workload, revisions, target, request, isSeen ? planned : null))
            return new RollbackProgress { Status = RollbackProgressStatus.NotApplied, Detail = $"{workload} bears no mark of {request.Id}" };

        var template = workload.Template is { } own ? PodTemplate.Of(own, workload.Kind).Digest : "";
        var isInPlace = template == target?.Template.Digest || (isSeen && template == planned!.Result);
        if (!isInPlace)
            return Reverted($"{workload} has another pod template{By(workload, revisions)}");

        // Where something else writes into templates the revision that comes of it is another than the one that was asked for.
        var asked = template == target?.Template.Digest ? target : WorkloadRevisions.Running(workload, revisions);
        return RolloutStatus.Of(workload, asked?.Name, now);
    }

    /// <summary>
    /// Was it applied, though its mark on the workload is gone? Whoever replaces the whole object takes our annotations away. Controllers of
    /// ReplicaSets copied them to the revision; a ControllerRevision has got a higher number than the one that ran before.
    /// </summary>
    private static bool WasApplied(
        WorkloadObject workload, ImmutableArray<WorkloadRevision> revisions, WorkloadRevision? target, RollbackRequest request, WorkloadIdentity? planned) =>
        workload.Kind.KeepsReplicaSets
            ? revisions.Any(r => r.Annotation(RollbackMarks.Id) == request.Id.Value)
            : planned is not null && target?.Number > planned.Number;

    private static string By(WorkloadObject workload, ImmutableArray<WorkloadRevision> revisions) =>
        WorkloadRevisions.Running(workload, revisions) is { } running ? $" and asks for {running}" : "";

    private static RollbackProgress Reverted(string detail) => new() { Status = RollbackProgressStatus.RevertedByOther, Detail = detail };
}
