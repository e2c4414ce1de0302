using System.Globalization;
using System.Net;
using k8s;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Prometheus;

namespace SloRollback.EndToEnd.Tests.RealCluster;

/// <summary>
/// What clients and Prometheus see of a workload whose pods exist in the API only: a web server that answers each request in the name of
/// a pod that is ready, as well or as badly as its image is said to. Its counters are the pods' counters.
/// </summary>
internal sealed class ClusterService : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private readonly IKubernetes kube;
    private readonly string space;
    private readonly string selector;
    private readonly Func<string, double> failureShare;
    private readonly CollectorRegistry registry = Metrics.NewCustomRegistry();
    private readonly Counter requests;
    private readonly WebApplication app;
    private readonly CancellationTokenSource ending = new();
    private (string Name, string Image)[] pods = [];
    private int turn;
    private Task work = Task.CompletedTask;

    /// <param name="kube">Tells which pods are ready.</param>
    /// <param name="space">Their namespace.</param>
    /// <param name="selector">Their labels.</param>
    /// <param name="failureShare">The share of requests that an image fails, 0 to 1.</param>
    public ClusterService(IKubernetes kube, string space, string selector, Func<string, double> failureShare)
    {
        (this.kube, this.space, this.selector, this.failureShare) = (kube, space, selector, failureShare);
        requests = Metrics.WithCustomRegistry(registry).CreateCounter("http_requests_total", "Requests answered.", "code", "pod");
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(context => context.Request.Path == "/metrics" ? ExposeAsync(context) : ServeAsync(context));
    }

    public Uri Address => new(app.Urls.First());

    /// <summary>The images of the pods that are ready.</summary>
    public IEnumerable<string> Images => Volatile.Read(ref pods).Select(p => p.Image);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await app.StartAsync(cancellationToken);
        work = Task.WhenAll(Task.Run(FollowPodsAsync, cancellationToken), Task.Run(SendAsync, cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await work;
        await app.DisposeAsync();
        ending.Dispose();
    }

    private async Task FollowPodsAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            var listed = await kube.CoreV1.ListNamespacedPodAsync(space, labelSelector: selector);
            Volatile.Write(ref pods,
            [
                .. listed.Items
                    .Where(p => p.Metadata.DeletionTimestamp is null && p.Status?.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) == true)
                    .Select(p => (p.Metadata.Name, p.Spec.Containers[0].Image)),
            ]);
            await Task.Delay(Poll, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // The clients: some 40 requests a second.
    private async Task SendAsync()
    {
        using var http = new HttpClient { BaseAddress = Address };
        while (!ending.IsCancellationRequested)
        {
            using var response = await http.GetAsync(new Uri("/checkout", UriKind.Relative));
            await Task.Delay(Pause, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task ServeAsync(HttpContext context)
    {
        var ready = Volatile.Read(ref pods);
        if (ready.Length == 0)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        }

        var (name, image) = ready[(uint)Interlocked.Increment(ref turn) % ready.Length];
        var code = Random.Shared.NextDouble() < failureShare(image) ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK;
        requests.WithLabels(code.ToString(CultureInfo.InvariantCulture), name).Inc();
        context.Response.StatusCode = code;
        return context.Response.WriteAsync(image, context.RequestAborted);
    }

    private async Task ExposeAsync(HttpContext context)
    {
        context.Response.ContentType = PrometheusConstants.TextContentTypeWithVersionAndEncoding;
        await registry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
    }
}
