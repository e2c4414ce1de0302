using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Clusters;
using SloRollback.Kubernetes.Watching;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes;

/// <summary>
/// The deployments of workloads, from one watch per cluster, namespace and kind. Owns no threads: the watches go on while somebody
/// enumerates the feed; without one, each read asks the API server.
/// </summary>
internal sealed class KubernetesDeploymentHistory(KubernetesClusters clusters, TimeProvider time, ILoggerFactory loggers) : IDeploymentHistory, IDisposable
{
    private readonly ILogger logger = loggers.CreateLogger("SloRollback.Deployments");
    private readonly ConcurrentDictionary<(string Cluster, string Space, WorkloadKind Kind), WorkloadFeed> feeds = new();
    private readonly Lock gate = new();

    public async Task<DeploymentHistoryResult> ReadAsync(DeploymentHistoryRequest request, CancellationToken cancellationToken)
    {
        if (Find(request.Target, out var workload, out var problem) is not { } feed)
            return new DeploymentHistoryResult { Unavailable = problem };

        var result = await feed.ReadAsync(request.Target, workload!, cancellationToken).ConfigureAwait(false);
        var newest = result.Deployments.LastOrDefault(d => d.EndedAt < request.Since);
        return result with { Deployments = [.. result.Deployments.Where(d => !(d.EndedAt < request.Since) || d == newest)] };
    }

    public async IAsyncEnumerable<Deployment> WatchAsync(DeploymentWatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What cannot be found was told by the check at start.
        var targets = request.Targets.Distinct()
            .Select(t => (Target: t, Feed: Find(t, out var workload, out _), Workload: workload))
            .Where(t => t.Feed is not null)
            .GroupBy(t => t.Feed!);

        var channel = Channel.CreateUnbounded<Deployment>(new UnboundedChannelOptions { SingleReader = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = Task.WhenAll(targets.Select(g => g.Key.FollowAsync([.. g.Select(t => (t.Target, t.Workload!))], channel.Writer, stop.Token)));
        try
        {
            await foreach (var deployment in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return deployment;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose()
    {
        foreach (var feed in feeds.Values)
            feed.Dispose();
        feeds.Clear();
    }

    private WorkloadFeed? Find(DeploymentTarget target, out WorkloadReference? workload, out string? problem)
    {
        if (!WorkloadReference.TryParse(target.Workload, out workload, out problem) || !clusters.TryGet(target.Infrastructure, out var cluster, out problem))
            return null;

        var space = workload.Namespace ?? cluster.DefaultNamespace;
        lock (gate)
            return feeds.GetOrAdd((cluster.Name, space, workload.Kind), key => new WorkloadFeed(cluster, key.Kind, key.Space, clusters.Options, time, logger));
    }
}
