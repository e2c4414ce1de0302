using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.RealServer;

/// <summary>The HTTP source of a host whose Prometheus is real.</summary>
internal static class RealSource
{
    public const string Bad = "http_requests_total{job=\"test\",code=~\"5..\"}";
    public const string Valid = "http_requests_total{job='test'}";

    public static Duration Step { get; } = Duration.FromSeconds(1);

    /// <summary>A server of a version that scrapes the endpoints twice in a step.</summary>
    public static Task<PrometheusServer> StartAsync(string version, params MetricsEndpoint[] endpoints) => PrometheusServer.StartAsync(
        new PrometheusServerSettings
        {
            Executable = PrometheusVersions.Executable(version),
            ScrapeInterval = TimeSpan.FromMilliseconds(500),
            Targets = [.. endpoints.Select(e => e.Address.Authority)],
        },
        TestContext.Current.CancellationToken);

    public static StepGrid Now() => new(StepGrid.IndexOf(SystemClock.Instance.GetCurrentInstant(), Step) - 1, 1, Step);

    public static async Task<SliReadResult> ReadUntilAsync(SourceHost host, StepGrid grid, Instant newest)
    {
        SliReadResult? result = null;
        await Wait.UntilAsync(
            async () =>
            {
                result = await host.ReadAsync("prometheus", grid, (Bad, Valid));
                return result.Outcomes[0].NewestSample > newest;
            },
            "samples to be stored");
        return result!;
    }

    public static SourceHost Host(PrometheusServer server)
    {
        var host = new SourceHost();
        host.AddPrometheus(o => o.BaseAddress = server.Address);
        return host;
    }
}
