using System.Collections.Concurrent;
using SloRollback.Deployments;

namespace SloRollback.Kubernetes.Tests.Support;

/// <summary>Enumerates a feed, as the host does, and keeps what it brought.</summary>
internal sealed class FeedRecorder : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<Deployment> items = new();
    private readonly Task reading;

    public FeedRecorder(IDeploymentHistory history, params DeploymentTarget[] targets) => reading = Task.Run(async () =>
    {
        try
        {
            await foreach (var deployment in history.WatchAsync(new DeploymentWatchRequest { Targets = [.. targets] }, stop.Token))
                items.Enqueue(deployment);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to.
        }
    });

    public IReadOnlyList<Deployment> Items => [.. items];

    /// <summary>What is told in the end, oldest first.</summary>
    public IReadOnlyList<Deployment> Newest =>
        [.. items.GroupBy(d => d.Id).Select(g => g.Last()).OrderBy(d => d.StartedAt)];

    public async ValueTask DisposeAsync()
    {
        if (reading.IsCompleted)
            return;

        await stop.CancelAsync();
        await reading;
        stop.Dispose();
    }
}
