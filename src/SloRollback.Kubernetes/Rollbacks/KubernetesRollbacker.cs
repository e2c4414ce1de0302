using System.Collections.Immutable;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Api;
using SloRollback.Kubernetes.Clusters;
using SloRollback.Kubernetes.Progress;
using SloRollback.Kubernetes.Workloads;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Rollbacks;

/// <summary>Plans, makes and follows rollbacks in the clusters of one provider. What is decided is decided in pure functions; this asks and acts.</summary>
internal sealed class KubernetesRollbacker(KubernetesClusters clusters, TimeProvider time) : IDeploymentRollbacker
{
    private const int FreeingTries = 7;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);

    public async Task<RollbackPlan> PlanAsync(RollbackRequest request, CancellationToken cancellationToken)
    {
        if (!TryResolve(request.Target, out var place, out var problem))
            return Refuse(HoldReason.Unknown, problem);

        var planner = new RollbackPlanner(place.Api, place.Options);
        for (var retry = 0; ; retry++)
        {
            var read = await ReadAsync(place, cancellationToken).ConfigureAwait(false);
            if (!read.TryGet(out var seen, out var failure))
                return Refuse(HoldReason.Unknown, Explain(place, failure));

            var planned = await planner.PlanAsync(seen.Workload, seen.Revisions, request, cancellationToken).ConfigureAwait(false);
            if (!planned.IsOutdated || retry >= place.Options.MaximumRetries)
                return planned.Plan;

            await PauseAsync(retry, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<RollbackResult> RollBackAsync(RollbackRequest request, CancellationToken cancellationToken)
    {
        if (!TryResolve(request.Target, out var place, out var problem))
            return Refused(problem);
        if (!WorkloadIdentity.TryParse(request.WorkloadIdentity, out var planned))
            return Refused("the token of the plan is missing or of another version");

        var executor = new RollbackExecutor(place.Api, place.Options);
        RollbackAttempt attempt;
        for (var retry = 0; ; retry++)
        {
            var read = await ReadAsync(place, cancellationToken).ConfigureAwait(false);
            if (!read.TryGet(out var seen, out var failure))
                return failure.IsTransient ? Failed(failure) : Refused(Explain(place, failure));

            attempt = await executor.TryAsync(seen.Workload, seen.Revisions, request, planned, cancellationToken).ConfigureAwait(false);
            if (!attempt.IsWorthRepeating || retry >= place.Options.MaximumRetries)
                break;

            await PauseAsync(retry, cancellationToken).ConfigureAwait(false);
        }

        return attempt.Result.Status == RollbackResultStatus.Applied && NeedsFreeing(place)
            ? attempt.Result with { Detail = await FreeAsync(place, attempt.Result.Detail, cancellationToken).ConfigureAwait(false) }
            : attempt.Result;
    }

    public async Task<RollbackProgress> GetProgressAsync(RollbackRequest request, CancellationToken cancellationToken)
    {
        if (!TryResolve(request.Target, out var place, out var problem))
            return new RollbackProgress { Detail = problem };

        var read = await ReadAsync(place, cancellationToken).ConfigureAwait(false);
        if (!read.TryGet(out var seen, out var failure))
        {
            return failure.IsNotFound
                ? new RollbackProgress { Status = RollbackProgressStatus.RevertedByOther, Detail = Explain(place, failure) }
                : new RollbackProgress { Detail = failure.Detail };
        }

        var progress = RollbackStanding.Of(seen.Workload, seen.Revisions, request, Instant.FromDateTimeOffset(time.GetUtcNow()));
        if (progress.Status != RollbackProgressStatus.InProgress || !NeedsFreeing(place))
            return progress;

        // Kubernetes waits for its broken pod for ever: what was accepted would not end.
        var freed = await StuckPods.FreeAsync(place.Api, seen.Workload, cancellationToken).ConfigureAwait(false);
        return freed.Length == 0 ? progress : progress with { Detail = $"{progress.Detail}; {freed}" };
    }

    private static bool NeedsFreeing(Place place) => place.Reference.Kind == WorkloadKind.StatefulSet && place.Options.FreeStuckStatefulSets;

    // A pod that is deleted before the controller has turned to the revision comes back as it was. If it takes longer than this, the
    // question about progress does it.
    private async Task<string> FreeAsync(Place place, string detail, CancellationToken cancellationToken)
    {
        for (var retry = 0; retry < FreeingTries; retry++)
        {
            var answer = await place.Api.GetAsync(place.Reference.Kind, place.Namespace, place.Reference.Name, cancellationToken).ConfigureAwait(false);
            if (!answer.TryGet(out var workload, out _) || !workload.IsOrderedReady)
                return detail;
            if (workload.IsObserved)
            {
                var freed = await StuckPods.FreeAsync(place.Api, workload, cancellationToken).ConfigureAwait(false);
                return freed.Length == 0 ? detail : $"{detail}; {freed}";
            }

            await PauseAsync(retry, cancellationToken).ConfigureAwait(false);
        }

        return detail;
    }

    private bool TryResolve(DeploymentTarget target, out Place place, out string problem)
    {
        place = null!;
        if (!WorkloadReference.TryParse(target.Workload, out var reference, out problem!) || !clusters.TryGet(target.Infrastructure, out var cluster, out problem!))
            return false;

        var options = clusters.Options;
        place = new Place(reference, reference.Namespace ?? cluster.DefaultNamespace, new ClusterApi(cluster, options, time), options);
        return true;
    }

    private static async Task<ApiAnswer<Seen>> ReadAsync(Place place, CancellationToken cancellationToken)
    {
        var answer = await place.Api.GetAsync(place.Reference.Kind, place.Namespace, place.Reference.Name, cancellationToken).ConfigureAwait(false);
        if (!answer.TryGet(out var workload, out var failure))
            return new(null, failure);

        var revisions = await place.Api.RevisionsAsync(workload, cancellationToken).ConfigureAwait(false);
        return new(new Seen(workload, revisions.Value), revisions.Failure);
    }

    private static string Explain(Place place, ApiFailure failure) => failure.IsNotFound
        ? $"{place.Reference.Kind}/{place.Reference.Name} does not exist in the namespace {place.Namespace}"
        : failure.Detail;

    private Task PauseAsync(int retry, CancellationToken cancellationToken) => Task.Delay(FirstPause * (1 << Math.Min(retry, 6)), time, cancellationToken);

    private static RollbackPlan Refuse(HoldReason refusal, string why) => new() { Refusal = refusal, Summary = why };

    private static RollbackResult Refused(string why) => new() { Status = RollbackResultStatus.Refused, Detail = why };

    private static RollbackResult Failed(ApiFailure failure) => new() { IsTransient = failure.IsTransient, Detail = failure.Detail };

    private sealed record Place(WorkloadReference Reference, string Namespace, ClusterApi Api, KubernetesOptions Options);

    private sealed record Seen(WorkloadObject Workload, ImmutableArray<WorkloadRevision> Revisions);
}
