using System.Collections.Immutable;
using SloRollback.Kubernetes.Api;
using SloRollback.Kubernetes.Patches;
using SloRollback.Kubernetes.Planning;
using SloRollback.Kubernetes.Workloads;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Rollbacks;

/// <summary>Tries once to roll a workload back that was just read, unless it is no longer the one that was planned for.</summary>
internal sealed class RollbackExecutor(ClusterApi api, KubernetesOptions options)
{
    public async Task<RollbackAttempt> TryAsync(
        WorkloadObject workload, ImmutableArray<WorkloadRevision> revisions, RollbackRequest request, WorkloadIdentity planned, CancellationToken cancellationToken)
    {
        if (planned.Uid != workload.Uid)
            return Refused($"{workload} moved: it was deleted and made anew");
        if (workload.Annotation(RollbackMarks.Id) == request.Id.Value)
            return Applied("it was applied before");
        if (workload.IsBeingDeleted)
            return Refused($"{workload} is being deleted");
        if (workload.Template is not { } template || PodTemplate.Of(template, workload.Kind).Digest != planned.Template)
            return Refused($"{workload} moved: its pod template was changed");

        var asked = RollbackCase.Of(workload, revisions, request);
        if (asked.IsRefused)
            return asked.IsMomentary ? Momentary(asked.Why) : Refused(asked.Why);
        if (planned.Difference(asked.Identity!) is { } difference)
            return Refused($"{workload} moved: {difference}");

        var owners = OwnerPlan.Of(workload, [], options);
        if (owners.Refusal is { } refusal)
            return Refused(refusal);
        foreach (var application in owners.PausedApplications)
        {
            var paused = await api.MergeAsync(
                "argoproj.io", "v1alpha1", options.ArgoCdNamespace, "applications", application, WorkloadOwner.ArgoPause, cancellationToken).ConfigureAwait(false);
            if (paused.Failure is { } notPaused)
                return Of(notPaused, $"the sync of Argo CD ({application}) cannot be paused: {notPaused.Detail}");
        }

        var patched = await api.PatchAsync(workload, RollbackPatch.Write(workload, asked.Target!, request, owners.Annotations), isDryRun: false, cancellationToken).ConfigureAwait(false);
        if (patched.TryGet(out var result, out var failure))
            return Applied($"{workload}: {asked.Running} → {asked.Target}, accepted as generation {result.Generation}");

        return failure.IsConflict
            ? Momentary($"{workload} was changed between every reading and patching: {failure.Detail}")
            : Of(failure, failure.Detail);
    }

    private static RollbackAttempt Of(ApiFailure failure, string detail) =>
        failure.IsTransient ? new(new RollbackResult { IsTransient = true, Detail = detail }) : Refused(detail);

    private static RollbackAttempt Momentary(string why) => new(new RollbackResult { IsTransient = true, Detail = why }, IsWorthRepeating: true);

    private static RollbackAttempt Applied(string detail) => new(new RollbackResult { Status = RollbackResultStatus.Applied, Detail = detail });

    private static RollbackAttempt Refused(string why) => new(new RollbackResult { Status = RollbackResultStatus.Refused, Detail = why });
}

/// <summary>What came of one try.</summary>
/// <param name="Result">The answer.</param>
/// <param name="IsWorthRepeating">Was it in vain for a reason that passes within moments?</param>
internal sealed record RollbackAttempt(RollbackResult Result, bool IsWorthRepeating = false);
