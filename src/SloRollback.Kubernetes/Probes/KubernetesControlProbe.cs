using k8s.Models;
using NodaTime;
using NodaTime.Text;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Api;
using SloRollback.Kubernetes.Clusters;
using SloRollback.Kubernetes.Instances;
using SloRollback.Kubernetes.Workloads;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Probes;

/// <summary>
/// Brings one pod of an earlier revision up beside the running ones. The kubelet ends it when its time to live is over; what is left of it,
/// and of others whose starter crashed, is deleted by the next sweep, with the next probe of the workload, or with the workload.
/// </summary>
internal sealed class KubernetesControlProbe(KubernetesClusters clusters, TimeProvider time) : IControlProbe
{
    public async Task<ProbeResult> StartAsync(ProbeRequest request, CancellationToken cancellationToken)
    {
        var (seen, ended) = await SeeAsync(request.Target, cancellationToken).ConfigureAwait(false);
        if (seen is null)
            return ended!;

        if (ProbeStanding.Find(seen.Workload, seen.Revisions, seen.Pods, request.Id) is not null)
            return Standing(seen, request);
        if (await SweepAsync(seen, cancellationToken).ConfigureAwait(false) is { } other)
            return Refuse($"another probe runs already: pod {other.Metadata.Name}");
        if (Problem(seen, request, out var revision) is { } problem)
            return Refuse(problem);

        // What could not be taken away is not begun.
        var may = await seen.Api.MayAsync("delete", "", "pods", seen.Workload.Namespace, null, cancellationToken).ConfigureAwait(false);
        if (may is { Failure: null, Value: false })
            return Refuse($"the right to delete pods in the namespace {seen.Workload.Namespace} is missing: the probe could not be removed");

        var pod = ProbePod.Write(seen.Workload, revision!, request, Now);
        var tried = await seen.Api.CreatePodAsync(seen.Workload.Namespace, pod, isDryRun: true, cancellationToken).ConfigureAwait(false);
        if (tried.Failure is { IsExisting: false } refusal)
            return Of(refusal);

        var made = await seen.Api.CreatePodAsync(seen.Workload.Namespace, pod, isDryRun: false, cancellationToken).ConfigureAwait(false);
        if (made.Failure is { IsExisting: true })
            return await AlreadyAsync(request, cancellationToken).ConfigureAwait(false);
        if (made.Failure is { } failure)
            return Of(failure);

        return new ProbeResult { Status = ProbeStatus.Starting, Detail = $"pod {ProbePod.Name(seen.Workload, request.Id)} of {revision} is accepted" };
    }

    public async Task<ProbeResult> ReadAsync(ProbeRequest request, CancellationToken cancellationToken)
    {
        var (seen, ended) = await SeeAsync(request.Target, cancellationToken).ConfigureAwait(false);
        return seen is null ? ended! : Standing(seen, request);
    }

    public async Task<ProbeResult> RemoveAsync(ProbeRequest request, CancellationToken cancellationToken)
    {
        var (seen, ended) = await SeeAsync(request.Target, cancellationToken).ConfigureAwait(false);
        if (seen is null)
            return ended!;

        await SweepAsync(seen, cancellationToken).ConfigureAwait(false);
        if (ProbeStanding.Find(seen.Workload, seen.Revisions, seen.Pods, request.Id) is not { Metadata.DeletionTimestamp: null } probe)
            return new ProbeResult { Status = ProbeStatus.Removed };

        var deleted = await seen.Api.DeleteAsync(probe, cancellationToken).ConfigureAwait(false);
        return deleted.Failure is { IsNotFound: false, IsConflict: false } failure
            ? new ProbeResult { IsTransient = failure.IsTransient, Detail = failure.Detail }
            : new ProbeResult { Status = ProbeStatus.Removed, Detail = $"deleted the pod {probe.Metadata.Name}" };
    }

    public async Task<ProbeSweepResult> SweepAsync(ProbeSweepRequest request, CancellationToken cancellationToken)
    {
        var spaces = new HashSet<(Cluster Cluster, string Space)>();
        foreach (var target in request.Targets)
        {
            // What cannot be found was told by the check at start.
            if (WorkloadReference.TryParse(target.Workload, out var reference, out _) && clusters.TryGet(target.Infrastructure, out var cluster, out _))
                spaces.Add((cluster, reference.Namespace ?? cluster.DefaultNamespace));
        }

        // One cluster that is down is in nobody's way.
        var swept = await Task.WhenAll(spaces.GroupBy(s => s.Cluster).Select(c => SweepAsync(c.Key, c.Select(s => s.Space), cancellationToken))).ConfigureAwait(false);
        return new ProbeSweepResult { Removed = [.. swept.SelectMany(s => s.Removed)], Problems = [.. swept.SelectMany(s => s.Problems)] };
    }

    private async Task<ProbeSweepResult> SweepAsync(Cluster cluster, IEnumerable<string> spaces, CancellationToken cancellationToken)
    {
        var (removed, problems) = (new List<string>(), new List<string>());
        var api = new ClusterApi(cluster, clusters.Options, time);
        foreach (var space in spaces)
        {
            if (!(await api.ProbesAsync(space, cancellationToken).ConfigureAwait(false)).TryGet(out var probes, out var failure))
            {
                problems.Add($"the probes of namespace {space} cannot be listed: {failure.Detail}");
                if (failure.IsTransient)
                    break;
                continue;
            }

            foreach (var probe in probes.Where(p => p.Metadata.DeletionTimestamp is null && IsOurs(p) && (ProbeStanding.IsOver(p) || IsOverdue(p))))
            {
                var deleted = await api.DeleteAsync(probe, cancellationToken).ConfigureAwait(false);
                if (deleted.Failure is { IsNotFound: false, IsConflict: false } refused)
                    problems.Add($"the probe {space}/{probe.Metadata.Name} cannot be deleted: {refused.Detail}");
                else
                    removed.Add($"{space}/{probe.Metadata.Name}");
            }
        }

        return new ProbeSweepResult { Removed = [.. removed], Problems = [.. problems] };
    }

    // Another replica was faster, or a pod of that name belongs to a workload that was deleted and made anew.
    private async Task<ProbeResult> AlreadyAsync(ProbeRequest request, CancellationToken cancellationToken)
    {
        var result = await ReadAsync(request, cancellationToken).ConfigureAwait(false);
        return result.Status == ProbeStatus.Removed ? new ProbeResult { IsTransient = true, Detail = "another pod has the probe's name" } : result;
    }

    private Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    /// <summary>Deletes the workload's probes whose time is over; answers one whose time is not.</summary>
    private async Task<V1Pod?> SweepAsync(WorkloadView seen, CancellationToken cancellationToken)
    {
        V1Pod? running = null;
        foreach (var probe in seen.Pods.Where(p => PodRevisions.IsProbe(seen.Workload, seen.Revisions, p)))
        {
            if (!ProbeStanding.IsOver(probe) && !IsOverdue(probe))
                running = probe;
            else if (probe.Metadata.DeletionTimestamp is null)
                await seen.Api.DeleteAsync(probe, cancellationToken).ConfigureAwait(false);
        }

        return running;
    }

    // Somebody may have made a workload of a probe's manifest: what a controller makes of that has another name.
    private static bool IsOurs(V1Pod pod) =>
        pod.Metadata.Name.EndsWith(ProbePod.NameEnd, StringComparison.Ordinal)
        && pod.Metadata.OwnerReferences is [_, ..]
        && pod.Metadata.Annotations?.TryGetValue(ProbeMarks.Deadline, out var deadline) == true
        && InstantPattern.General.Parse(deadline).Success;

    private bool IsOverdue(V1Pod probe) =>
        probe.Metadata.Annotations?.TryGetValue(ProbeMarks.Deadline, out var text) != true
        || !InstantPattern.General.Parse(text!).TryGetValue(Instant.MinValue, out var deadline)
        || deadline <= Now;

    private static string? Problem(WorkloadView seen, ProbeRequest request, out WorkloadRevision? revision)
    {
        revision = null;
        if (seen.Workload.IsBeingDeleted)
            return $"{seen.Workload} is being deleted";
        if (seen.Workload.Template is null)
            return $"{seen.Workload} has its pod template in another object (workloadRef), which is not supported";

        revision = WorkloadRevisions.Find(seen.Revisions, request.Revision.Id);
        if (revision is null)
            return $"{request.Revision} ({request.Revision.Id}) is not among the {seen.Revisions.Length} revisions that the cluster keeps of {seen.Workload}";

        return WorkloadRevisions.Running(seen.Workload, seen.Revisions) is { } running && running.Uid == revision.Uid
            ? $"{seen.Workload} asks for {running} itself"
            : ProbePod.Problem(seen.Workload, revision);
    }

    private async Task<(WorkloadView? Seen, ProbeResult? Ended)> SeeAsync(DeploymentTarget target, CancellationToken cancellationToken)
    {
        var answer = await WorkloadView.ReadAsync(clusters, target, time, cancellationToken).ConfigureAwait(false);
        if (answer.TryGet(out var seen, out var failure))
            return (seen, null);

        return (null, failure.IsNotFound ? new ProbeResult { Status = ProbeStatus.Removed, Detail = failure.Detail } : Of(failure));
    }

    private static ProbeResult Standing(WorkloadView seen, ProbeRequest request) => ProbeStanding.Of(seen.Workload, seen.Revisions, seen.Pods, request.Id);

    private static ProbeResult Of(ApiFailure failure) =>
        failure.IsTransient ? new ProbeResult { IsTransient = true, Detail = failure.Detail } : Refuse(failure.Detail);

    private static ProbeResult Refuse(string why) => new() { Status = ProbeStatus.Refused, Detail = why };
}
