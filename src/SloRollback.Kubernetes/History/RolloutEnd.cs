using NodaTime;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.History;

/// <summary>Whether the rollout of the revision that a workload asks for has ended, as its status tells.</summary>
/// <param name="Outcome">How.</param>
/// <param name="At">When; <see langword="null"/> when it goes on, or the status does not tell.</param>
internal readonly record struct RolloutEnd(DeploymentOutcome Outcome, Instant? At)
{
    private const string Completed = "NewReplicaSetAvailable";
    private const string GivenUp = "ProgressDeadlineExceeded";

    /// <summary>Reads the status.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="revisionName">The name of the ReplicaSet or ControllerRevision that it asks for.</param>
    /// <param name="since">The start: what is older is about another rollout.</param>
    public static RolloutEnd Of(WorkloadObject workload, string revisionName, Instant since)
    {
        if (workload.Kind == WorkloadKind.Rollout)
            return OfRollout(workload, since);

        // Conditions stay as they were while there is nothing to roll out, as without replicas, and tell of the rollout before.
        if (workload.Condition("Progressing") is { } progressing
            && ManagedFields.Time(progressing, "lastUpdateTime") is { } at
            && at.Second() >= since.Second()
            && IsAbout(progressing.Text("message"), revisionName))
        {
            if (progressing.Text("reason") == Completed)
                return new(DeploymentOutcome.Completed, at);
            if (progressing.Text("reason") == GivenUp)
                return new(DeploymentOutcome.GivenUp, at);
        }

        return workload.IsObserved && IsComplete(workload) ? new(DeploymentOutcome.Completed, null) : default;
    }

    /// <summary>The newest change of the status: the end is not after it.</summary>
    public static Instant? StatusChangedAt(WorkloadObject workload) => ManagedFields.NewestOwner(workload.Json, "f:status");

    /// <summary>Is what a condition says about this revision? One that names none is.</summary>
    public static bool IsAbout(string? message, string? revisionName) =>
        message is null || revisionName is null || !message.Contains('"', StringComparison.Ordinal) || message.Contains($"\"{revisionName}\"", StringComparison.Ordinal);

    private static bool IsComplete(WorkloadObject workload)
    {
        if (workload.Kind == WorkloadKind.DaemonSet)
        {
            var desired = workload.Status("desiredNumberScheduled");
            return workload.Status("updatedNumberScheduled") >= desired && workload.Status("numberAvailable") >= desired;
        }

        var updated = workload.Status("updatedReplicas");
        var ready = workload.Kind == WorkloadKind.StatefulSet ? workload.Status("readyReplicas") : workload.Status("availableReplicas");

        // A StatefulSet counts nothing as updated once the update is done.
        var isDone = workload.Kind == WorkloadKind.StatefulSet && workload.Json.Text("status", "currentRevision") == workload.Json.Text("status", "updateRevision");
        return ready >= workload.Replicas && (isDone || updated >= workload.Replicas) && workload.Status("replicas") == workload.Replicas;
    }

    /// <summary>Argo calls the revision stable once it serves alone.</summary>
    private static RolloutEnd OfRollout(WorkloadObject workload, Instant since)
    {
        if (workload.Json.IsTrue("status", "abort"))
            return new(DeploymentOutcome.GivenUp, ManagedFields.Time(workload.Json, "status", "abortedAt"));
        if (workload.Json.Text("status", "stableRS") != workload.Json.Text("status", "currentPodHash"))
            return default;

        Instant? at = workload.Condition("Completed") is { } completed ? ManagedFields.Time(completed, "lastUpdateTime") : null;
        return new(DeploymentOutcome.Completed, at >= since ? at : null);
    }
}
