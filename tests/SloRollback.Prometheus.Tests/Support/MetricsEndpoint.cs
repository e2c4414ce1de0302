using System.Text;
using global::Prometheus;

namespace SloRollback.Prometheus.Tests.Support;

/// <summary>
/// A service with a real <c>/metrics</c> page on a real socket, which can be restarted (its counters begin at 0 again) and which
/// knows what it counted in truth.
/// </summary>
internal sealed class MetricsEndpoint : IAsyncDisposable
{
    private readonly FakeHttpServer server;
    private CollectorRegistry registry;
    private Counter requests;
    private int scrapes;

    public MetricsEndpoint()
    {
        Restart();
        server = new FakeHttpServer(_ => Page());
    }

    public Uri Address => new(server.Address, "/metrics");

    public double Good { get; private set; }

    public double Bad { get; private set; }

    /// <summary>Is an error answered instead of the page?</summary>
    public bool IsFailing { get; set; }

    /// <summary>All counters begin anew, as when the process does.</summary>
    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(registry), nameof(requests))]
    public void Restart()
    {
        registry = Metrics.NewCustomRegistry();
        requests = Metrics.WithCustomRegistry(registry).CreateCounter("http_requests_total", "Requests.", "code");
    }

    public void Serve(int good, int bad = 0)
    {
        requests.WithLabels("200").Inc(good);
        Good += good;
        if (bad > 0)
            requests.WithLabels("500").Inc(bad);
        Bad += bad;
    }

    /// <summary>Waits until a scrape that began after this call has been answered.</summary>
    public Task ScrapedAsync() => ScrapedAsync(Volatile.Read(ref scrapes));

    /// <summary>Waits until there have been more scrapes than that.</summary>
    public async Task ScrapedAsync(int after)
    {
        await Wait.UntilAsync(() => Volatile.Read(ref scrapes) > after, "a scrape");
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private FakeResponse Page()
    {
        using var page = new MemoryStream();
        registry.CollectAndExportAsTextAsync(page).GetAwaiter().GetResult();
        Interlocked.Increment(ref scrapes);
        return IsFailing
            ? FakeResponse.Text("out of order", "text/plain", 500)
            : FakeResponse.Text(Encoding.UTF8.GetString(page.ToArray()), "text/plain; version=0.0.4");
    }
}
