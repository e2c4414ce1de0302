using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using NodaTime;
using SloRollback.Deployments;

namespace SloRollback.Hosting.Deployments;

/// <summary>The deployments that the host itself reports. Thread-safe.</summary>
internal sealed class InMemoryDeploymentHistory(TimeProvider time) : IDeploymentHistory, IDeploymentRecorder
{
    // Nothing older can be a candidate; the newest older one is kept, since it may be the revision to return to.
    private static readonly Duration Retention = Duration.FromDays(31);

    private readonly Lock gate = new();
    private readonly Dictionary<DeploymentTarget, ImmutableDictionary<DeploymentId, Deployment>> byTarget = [];
    private readonly List<Channel<Deployment>> feeds = [];

    public void Record(Deployment deployment)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        if (deployment.EndedAt < deployment.StartedAt)
            throw new ArgumentException($"The deployment of {deployment.Revision} ends ({deployment.EndedAt}) before it starts ({deployment.StartedAt}).", nameof(deployment));

        lock (gate)
        {
            var known = byTarget.GetValueOrDefault(deployment.Target, ImmutableDictionary<DeploymentId, Deployment>.Empty);
            byTarget[deployment.Target] = Prune(known.SetItem(deployment.Id, deployment));
            foreach (var feed in feeds) feed.Writer.TryWrite(deployment);
        }
    }

    public Task<DeploymentHistoryResult> ReadAsync(DeploymentHistoryRequest request, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            var known = byTarget.GetValueOrDefault(request.Target, ImmutableDictionary<DeploymentId, Deployment>.Empty);
            return Task.FromResult(new DeploymentHistoryResult { Deployments = [.. known.Values] });
        }
    }

    public async IAsyncEnumerable<Deployment> WatchAsync(
        DeploymentWatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var feed = Channel.CreateUnbounded<Deployment>(new UnboundedChannelOptions { SingleReader = true });
        lock (gate) feeds.Add(feed);
        try
        {
            await foreach (var deployment in feed.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (request.Targets.Contains(deployment.Target))
                    yield return deployment;
            }
        }
        finally
        {
            lock (gate) feeds.Remove(feed);
        }
    }

    private ImmutableDictionary<DeploymentId, Deployment> Prune(ImmutableDictionary<DeploymentId, Deployment> known)
    {
        var oldest = Instant.FromDateTimeOffset(time.GetUtcNow()) - Retention;
        var stale = known.Values.Where(d => d.EndedAt < oldest).OrderByDescending(d => d.StartedAt).Skip(1).Select(d => d.Id);
        return known.RemoveRange(stale);
    }
}
