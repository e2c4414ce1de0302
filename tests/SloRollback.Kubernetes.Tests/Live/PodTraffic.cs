using k8s;
using k8s.Autorest;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;

namespace SloRollback.Kubernetes.Tests.Live;

/// <summary>
/// The clients of one workload: a thousand requests a second, spread over the pods that are ready at that moment, of which those fail
/// that reach a bad image. While the API server is down they go on as before.
/// </summary>
internal sealed class PodTraffic : IAsyncDisposable
{
    public const int RequestsPerStep = 1000;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly TestNamespace space;
    private readonly Func<string, bool> isBad;
    private readonly List<(Instant From, double Share)> past = [];
    private readonly CancellationTokenSource stop = new();
    private readonly Task following;

    /// <param name="service">The name of the service.</param>
    /// <param name="space">Where its workload is.</param>
    /// <param name="workload">The target, as <c>deployment/web</c>.</param>
    /// <param name="isBad">Does every request that reaches this image fail?</param>
    /// <param name="infrastructure">The cluster by name.</param>
    public PodTraffic(string service, TestNamespace space, string workload, Func<string, bool> isBad, string infrastructure = "")
    {
        (Service, this.space, Workload, this.isBad, Infrastructure) = (service, space, workload, isBad, infrastructure);
        following = Task.Run(FollowAsync);
    }

    public string Service { get; }

    public string Workload { get; }

    public string Infrastructure { get; }

    public DeploymentTarget Target => new() { Provider = "kubernetes", Infrastructure = Infrastructure, Workload = Workload };

    /// <summary>Which share of the requests failed in a step: as it was at its end, since pods are seen to come and go a moment after they did.</summary>
    public double ShareAt(Instant end)
    {
        lock (past)
            return past.LastOrDefault(p => p.From <= end).Share;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await following;
        stop.Dispose();
    }

    private async Task FollowAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var pods = await space.Kube.CoreV1.ListNamespacedPodAsync(space.Name, labelSelector: $"app={Stage.Name}", cancellationToken: stop.Token);
                var images = pods.Items.Where(p => p.Metadata.DeletionTimestamp is null && Stage.IsReady(p)).Select(p => p.Spec.Containers[0].Image).ToList();
                if (images.Count > 0)
                    Note(images.Count(isBad) / (double)images.Count);
            }
            catch (Exception e) when (e is HttpRequestException or HttpOperationException or IOException or OperationCanceledException)
            {
                // The API server is down: nobody is told of pods, and their clients do not mind.
            }

            await Task.Delay(Poll, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Note(double share)
    {
        lock (past)
        {
            if (past.Count == 0 || past[^1].Share != share)
                past.Add((SystemClock.Instance.GetCurrentInstant(), share));
        }
    }
}
