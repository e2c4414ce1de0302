using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Api;
using SloRollback.Kubernetes.Clusters;
using SloRollback.Kubernetes.History;
using SloRollback.Kubernetes.Progress;
using SloRollback.Kubernetes.Workloads;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Watching;

/// <summary>
/// The workloads of one kind in one namespace that are followed: one list, then one watch for all of them, however many listen. The
/// first listener's task keeps it going; when it leaves, the next one's does.
/// </summary>
internal sealed class WorkloadFeed(Cluster cluster, WorkloadKind kind, string space, KubernetesOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestResume = TimeSpan.FromSeconds(8);

    private readonly ResourceReader reader = new(cluster, options.Timeout, time);
    private readonly RevisionReader revisions = new(cluster, options, time, kind, space);
    private readonly ClusterApi api = new(cluster, options, time);
    private readonly ConcurrentDictionary<DeploymentTarget, FollowedWorkload> followed = new();
    private readonly ConcurrentDictionary<ChannelWriter<Deployment>, int> listeners = new();
    private readonly SemaphoreSlim wheel = new(1);
    private volatile bool isFollowing;
    private volatile StrongBox<Instant>? confirmed;

    private Instant? ConfirmedAt => confirmed?.Value;

    private Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    /// <summary>Follows these targets until cancelled, and writes what becomes of them. Does not end by itself.</summary>
    public async Task FollowAsync(IEnumerable<(DeploymentTarget Target, WorkloadReference Workload)> targets, ChannelWriter<Deployment> listener, CancellationToken cancellationToken)
    {
        foreach (var (target, workload) in targets)
            Follow(target, workload);
        listeners[listener] = 0;
        try
        {
            await wheel.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await DriveAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                isFollowing = false;
                wheel.Release();
            }
        }
        finally
        {
            listeners.TryRemove(listener, out _);
        }
    }

    /// <summary>What is known of a target; where no watch keeps it, it is read.</summary>
    public async Task<DeploymentHistoryResult> ReadAsync(DeploymentTarget target, WorkloadReference workload, CancellationToken cancellationToken)
    {
        // From now on the watch keeps it, if there is one: what it brings before the read is seen by the read.
        var item = Follow(target, workload);
        var isKept = isFollowing;
        if (isKept && item.IsSynced)
            return Answer(item, ConfirmedAt);

        var sent = Now;
        if (await RefreshAsync(item, cancellationToken).ConfigureAwait(false) is { } failure)
        {
            // An API server that restarts is not waited for: the caller judges by how old the answer is.
            return failure.IsTransient && item.IsKnown
                ? Answer(item, Instant.Max(item.ReadAt ?? Instant.MinValue, ConfirmedAt ?? Instant.MinValue))
                : new DeploymentHistoryResult { Unavailable = failure.Detail };
        }

        item.ReadAt = sent;
        item.IsSynced = isKept;
        return Answer(item, sent);
    }

    public void Dispose() => wheel.Dispose();

    private FollowedWorkload Follow(DeploymentTarget target, WorkloadReference workload) =>
        followed.GetOrAdd(target, static (t, w) => new FollowedWorkload(t, w), workload);

    private DeploymentHistoryResult Answer(FollowedWorkload item, Instant? confirmed)
    {
        var deployments = item.Deployments;
        return deployments.IsEmpty
            ? new DeploymentHistoryResult { Unavailable = item.IsMissing ? $"there is no {kind} {item.Name} in namespace {space}" : $"the controller has not acted on {kind} {item.Name} yet", ConfirmedAt = confirmed, ClockOffset = reader.ClockOffset }
            : new DeploymentHistoryResult { Deployments = deployments, ConfirmedAt = confirmed, ClockOffset = reader.ClockOffset };
    }

    private async Task<ApiFailure?> RefreshAsync(FollowedWorkload item, CancellationToken cancellationToken)
    {
        if (!(await api.GetAsync(kind, space, item.Name, cancellationToken).ConfigureAwait(false)).TryGet(out var workload, out var failure))
        {
            if (!failure.IsNotFound)
                return failure;

            item.Forget();
            return null;
        }

        item.IsMissing = false;
        if (!item.NeedsRevisions(workload))
        {
            Publish(item.Observe(workload, null, Now));
            return null;
        }

        var read = await revisions.OfAsync(workload, cancellationToken).ConfigureAwait(false);
        if (read.Failure is null)
            Publish(item.Observe(workload, read.Value, Now));
        return read.Failure;
    }

    private async Task DriveAsync(CancellationToken cancellationToken)
    {
        var pause = ShortestPause;
        string? version = null;
        var isBroken = false;
        while (true)
        {
            var isProgress = false;
            try
            {
                version ??= await ListAsync(cancellationToken).ConfigureAwait(false);
                var began = time.GetTimestamp();
                await foreach (var item in reader.WatchAsync(ResourceAddress.Workloads(kind, space), version, cancellationToken).ConfigureAwait(false))
                {
                    await HandleAsync(item, cancellationToken).ConfigureAwait(false);
                    version = item.Version;
                    isProgress = true;
                    Confirm();
                    Tell(ref isBroken, null);
                }

                // It ended in order: everything until now was sent.
                isProgress |= time.GetElapsedTime(began) >= ShortestPause;
                if (isProgress)
                {
                    Confirm();
                    Tell(ref isBroken, null);
                    pause = ShortestPause;
                    continue;
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // Where only the connection broke, what is known is enough to go on from; for a while.
                var isBrief = e is HttpRequestException or IOException or OperationCanceledException or ReadFailedException { MustListAgain: false };
                if (!isBrief || pause >= LongestResume)
                    version = null;
                Tell(ref isBroken, e.Message);
            }

            if (isProgress)
                pause = ShortestPause;
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }

    private async Task<string> ListAsync(CancellationToken cancellationToken)
    {
        isFollowing = false;
        var items = followed.Values.ToLookup(f => f.Name, StringComparer.Ordinal);
        var wanting = new List<(FollowedWorkload Item, WorkloadObject Workload)>();
        var missing = items.SelectMany(i => i).ToHashSet();
        var version = await reader.ListAsync(
            ResourceAddress.Workloads(kind, space),
            element =>
            {
                foreach (var item in items[element.Text("metadata", "name") ?? ""])
                {
                    missing.Remove(item);
                    item.IsMissing = false;
                    var workload = new WorkloadObject(kind, element);
                    if (item.NeedsRevisions(workload))
                        wanting.Add((item, workload with { Json = element.Clone() }));
                    else
                        Publish(item.Observe(workload, null, Now));
                }
            },
            cancellationToken).ConfigureAwait(false);

        await foreach (var (item, workload, facts) in revisions.OfAllAsync(wanting, cancellationToken).ConfigureAwait(false))
        {
            // What was over before we came is history, not news.
            var isNew = !item.IsKnown;
            Publish(item.Observe(workload, facts, Now).Where(d => !isNew || d.EndedAt is null));
        }

        foreach (var item in missing)
            item.Forget();
        foreach (var item in items.SelectMany(i => i))
            item.IsSynced = true;
        Confirm();
        isFollowing = true;
        HistoryLog.Listed(logger, kind, space, followed.Count);
        return version;
    }

    private async Task HandleAsync(WatchEvent change, CancellationToken cancellationToken)
    {
        if (change.Kind == WatchEventKind.Bookmark)
            return;

        var workload = new WorkloadObject(kind, change.Object);
        foreach (var item in followed.Values.Where(f => f.Name == workload.Name))
        {
            if (change.Kind == WatchEventKind.Deleted)
            {
                item.Forget();
                continue;
            }

            item.IsMissing = false;
            // Before it is told that the rollout has completed.
            if (item.LacksDigests is { } revision && RolloutStatus.Of(workload, revision, Now).Status == RollbackProgressStatus.Completed)
                await NoteImagesAsync(item, workload, revision, cancellationToken).ConfigureAwait(false);
            if (!item.NeedsRevisions(workload))
            {
                Publish(item.Observe(workload, null, Now));
                continue;
            }

            var read = await revisions.OfAsync(workload, cancellationToken).ConfigureAwait(false);
            if (read.Failure is { } failure)
                throw new ReadFailedException(failure, mustListAgain: false);
            Publish(item.Observe(workload, read.Value, Now, isLive: true));
        }
    }

    // For people: of rollouts that we saw end, once each. Without the right to list pods the tags are what is known.
    private async Task NoteImagesAsync(FollowedWorkload item, WorkloadObject workload, string revision, CancellationToken cancellationToken)
    {
        var pods = await api.PodsAsync(workload, cancellationToken).ConfigureAwait(false);
        if (pods.Failure is null)
            item.NoteImages(revision, PodImages.Of(pods.Value!, workload, revision));
        else if (!pods.Failure.IsTransient)
            item.NoteImages(revision, "");
    }

    private void Publish(IEnumerable<Deployment> deployments)
    {
        foreach (var deployment in deployments)
        {
            foreach (var listener in listeners.Keys)
                listener.TryWrite(deployment);
        }
    }

    private void Confirm() => confirmed = new(Now);

    // Once per outage.
    private void Tell(ref bool isBroken, string? reason)
    {
        if (reason is not null && !isBroken)
            HistoryLog.Broke(logger, kind, space, reason);
        else if (reason is null && isBroken)
            HistoryLog.GoesOn(logger, kind, space);
        isBroken = reason is not null;
    }
}
