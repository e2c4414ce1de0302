using System.Globalization;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using SloRollback.Kubernetes.History;
using SloRollback.Kubernetes.Workloads;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Progress;

/// <summary>How far a rollout has come, as <c>kubectl rollout status</c> defines it.</summary>
internal static class RolloutStatus
{
    /// <summary>Reads the status of a workload.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="revisionName">
    /// The name of the revision object that it asks for; <see langword="null"/> when that is not known. Until the pods of the rollout before
    /// are gone, conditions may be about that one.
    /// </param>
    /// <param name="now">When it is found complete, where the object does not say when that was.</param>
    public static RollbackProgress Of(WorkloadObject workload, string? revisionName, Instant now)
    {
        if (!workload.IsObserved)
            return Going($"the controller has not yet seen generation {workload.Generation}");
        if (workload.IsPaused)
            return Going($"{workload} is paused");

        return workload.Kind == WorkloadKind.StatefulSet ? StatefulSet(workload, now)
            : workload.Kind == WorkloadKind.DaemonSet ? DaemonSet(workload, now)
            : workload.Kind == WorkloadKind.Rollout ? Rollout(workload, revisionName, now)
            : Deployment(workload, revisionName, now);
    }

    private static RollbackProgress Deployment(WorkloadObject workload, string? revisionName, Instant now)
    {
        var progressing = workload.Condition("Progressing") is { } condition && RolloutEnd.IsAbout(condition.Text("message"), revisionName) ? condition : (JsonElement?)null;
        if (progressing?.Text("reason") == "ProgressDeadlineExceeded")
            return new RollbackProgress { Status = RollbackProgressStatus.Failed, Detail = $"it made no progress within {workload.Json.Number("spec", "progressDeadlineSeconds") ?? 600} s{FailureOf(workload)}" };

        var (updated, all, available) = (workload.Status("updatedReplicas"), workload.Status("replicas"), workload.Status("availableReplicas"));
        if (updated < workload.Replicas)
            return Going($"{updated} of {workload.Replicas} pods are updated{FailureOf(workload)}");
        if (all > updated)
            return Going($"{all - updated} old pods are to go");
        if (available < updated)
            return Going($"{available} of {updated} updated pods are available{FailureOf(workload)}");

        var since = progressing?.Text("reason") == "NewReplicaSetAvailable" ? Time(progressing.Value.Text("lastUpdateTime")) : null;
        return Done(since is { } second ? WithinSecond(second, now) : now, $"{available} pods");
    }

    /// <summary>
    /// The API's times are cut to whole seconds: old pods may have served until the second was over, and none of their requests may count
    /// against the rollback. Found complete before that, it was.
    /// </summary>
    private static Instant WithinSecond(Instant second, Instant now) => Instant.Max(second, Instant.Min(second + Duration.FromSeconds(1), now));

    private static RollbackProgress StatefulSet(WorkloadObject workload, Instant now)
    {
        // With a partition only the pods from it on are replaced.
        var wanted = Math.Max(0, workload.Replicas - (int)(workload.Json.Number("spec", "updateStrategy", "rollingUpdate", "partition") ?? 0));
        var (updated, ready) = (workload.Status("updatedReplicas"), workload.Status("readyReplicas"));
        if (updated < wanted)
            return Going($"{updated} of {wanted} pods are updated, {ready} of {workload.Replicas} are ready");
        return ready < workload.Replicas ? Going($"{ready} of {workload.Replicas} pods are ready") : Done(now, $"{ready} pods");
    }

    private static RollbackProgress DaemonSet(WorkloadObject workload, Instant now)
    {
        var (wanted, updated, available) = (workload.Status("desiredNumberScheduled"), workload.Status("updatedNumberScheduled"), workload.Status("numberAvailable"));
        if (updated < wanted)
            return Going($"{updated} of {wanted} pods are updated");
        return available < wanted ? Going($"{available} of {wanted} pods are available") : Done(now, $"{available} pods");
    }

    private static RollbackProgress Rollout(WorkloadObject workload, string? revisionName, Instant now)
    {
        var phase = workload.Json.Text("status", "phase") ?? "";
        var message = workload.Json.Text("status", "message") is { Length: > 0 } said ? $": {said}" : "";
        if (phase == "Degraded" && RolloutEnd.IsAbout(message, revisionName))
            return new RollbackProgress { Status = RollbackProgressStatus.Failed, Detail = $"the Rollout is degraded{message}" };
        return phase == "Healthy" && workload.Json.Text("status", "stableRS") == workload.Json.Text("status", "currentPodHash") ? Done(now, "healthy") : Going($"the Rollout is {phase}{message}");
    }

    /// <summary>Why pods cannot be made, such as a quota: the patch itself was accepted.</summary>
    private static string FailureOf(WorkloadObject workload) =>
        workload.Condition("ReplicaFailure") is { } failure && failure.Text("status") == "True" ? $"; {failure.Text("reason")}: {failure.Text("message")}" : "";

    private static RollbackProgress Going(string detail) => new() { Status = RollbackProgressStatus.InProgress, Detail = detail };

    private static RollbackProgress Done(Instant at, string what) => new() { Status = RollbackProgressStatus.Completed, CompletedAt = at, Detail = string.Create(CultureInfo.InvariantCulture, $"the revision serves alone: {what}") };

    private static Instant? Time(string? text) => text is not null && InstantPattern.ExtendedIso.Parse(text) is { Success: true } parsed ? parsed.Value : null;
}
