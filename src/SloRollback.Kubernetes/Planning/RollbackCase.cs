using System.Collections.Immutable;
using SloRollback.Kubernetes.Workloads;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Planning;

/// <summary>Whether a workload can be rolled back as asked: the two revisions and what identifies them, or why not.</summary>
internal sealed record RollbackCase
{
    /// <summary>The revision that is to be left; set unless refused.</summary>
    public WorkloadRevision? Running { get; private init; }

    /// <summary>The revision to bring back; set unless refused.</summary>
    public WorkloadRevision? Target { get; private init; }

    public WorkloadIdentity? Identity { get; private init; }

    public HoldReason Refusal { get; private init; }

    /// <summary>Why not, for people.</summary>
    public string Why { get; private init; } = "";

    public bool IsRefused => Target is null;

    /// <summary>Is the reason one that passes by itself, within moments?</summary>
    public bool IsMomentary { get; private init; }

    /// <summary>Looks at a workload. Says nothing about whether it is still the one of a plan.</summary>
    public static RollbackCase Of(WorkloadObject workload, ImmutableArray<WorkloadRevision> revisions, RollbackRequest request)
    {
        if (workload.IsBeingDeleted)
            return Refuse(HoldReason.Unknown, $"{workload} is being deleted");
        if (workload.IsPaused)
            return Refuse(HoldReason.Unknown, $"{workload} is paused: nothing would move until somebody resumes it");
        if (workload.Template is null)
            return Refuse(HoldReason.Unknown, $"{workload} has its pod template in another object (workloadRef), which is not supported");
        if (workload.UpdateStrategy == "OnDelete")
            return Refuse(HoldReason.Unknown, $"{workload} has the update strategy OnDelete: nothing would move until somebody deletes its pods");
        if (!workload.IsObserved)
            return Refuse(HoldReason.Unknown, $"the controller of {workload} has not yet seen its newest change (generation {workload.Generation}, seen {workload.ObservedGeneration})") with { IsMomentary = true };
        if (WorkloadRevisions.Running(workload, revisions) is not { } running)
            return Refuse(HoldReason.Unknown, $"the running revision of {workload} cannot be told from the {revisions.Length} that the cluster keeps") with { IsMomentary = true };
        if (running.Is(request.To.Id))
            return Refuse(HoldReason.Superseded, $"{workload} already asks for {running}");
        if (!running.Is(request.From.Id))
            return Refuse(HoldReason.Superseded, $"{workload} asks for {running}, not for {request.From} ({request.From.Id}): it has been changed since");
        if (WorkloadRevisions.Find(revisions, request.To.Id) is not { } target)
            return Refuse(HoldReason.NoKnownGoodRevision, $"{request.To} ({request.To.Id}) is not among the {revisions.Length} revisions that the cluster keeps of {workload}: {string.Join(", ", revisions)}");

        return new RollbackCase { Running = running, Target = target, Identity = WorkloadIdentity.Of(workload, running, target) };
    }

    private static RollbackCase Refuse(HoldReason refusal, string why) => new() { Refusal = refusal, Why = why };
}
