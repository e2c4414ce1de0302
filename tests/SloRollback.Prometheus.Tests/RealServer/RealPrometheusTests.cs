using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.RealServer;

/// <summary>The HTTP source against a real Prometheus that scrapes a real endpoint.</summary>
public sealed class RealPrometheusTests
{
    private const string Bad = "http_requests_total{job=\"test\",code=~\"5..\"}";
    private const string Valid = "http_requests_total{job='test'}";
    private static readonly Duration Step = Duration.FromSeconds(2);

    [Fact]
    public async Task Counts_equal_those_of_the_endpoint_across_a_restart_and_a_new_error_series()
    {
        Assert.SkipWhen(PrometheusServer.FindExecutable() is null, PrometheusServer.SkipReason);
        await using var endpoint = new MetricsEndpoint();
        await using var server = await PrometheusServer.StartAsync([endpoint.Address.Authority], cancellationToken: TestContext.Current.CancellationToken);
        await using var host = Host(server);

        // The series must exist before: the first sample is the baseline.
        endpoint.Serve(0);
        await endpoint.ScrapedAsync();
        await endpoint.ScrapedAsync();
        var started = SystemClock.Instance.GetCurrentInstant();

        endpoint.Serve(good: 50);
        await endpoint.ScrapedAsync();
        endpoint.Serve(good: 20, bad: 7);
        await endpoint.ScrapedAsync();
        await endpoint.ScrapedAsync();
        endpoint.Restart();
        endpoint.Serve(good: 11, bad: 3);
        await endpoint.ScrapedAsync();
        endpoint.Serve(good: 4, bad: 1);
        await endpoint.ScrapedAsync();
        await endpoint.ScrapedAsync();
        var ended = SystemClock.Instance.GetCurrentInstant();

        var grid = new StepGrid(StepGrid.IndexOf(started, Step), (int)(StepGrid.IndexOf(ended, Step) + 1 - StepGrid.IndexOf(started, Step)), Step);
        var result = await ReadUntilAsync(host, grid, ended);
        Assert.Null(result.Outcomes[0].NewestSample is { } newest && newest > ended + Duration.FromMinutes(1) ? "a sample of the future" : null);
        var cells = result.Table.Row(0).ToArray();
        Assert.Equal(endpoint.Bad, cells.Sum(c => c.First), 1e-6);
        Assert.Equal(endpoint.Good + endpoint.Bad, cells.Sum(c => c.Second), 1e-6);
        Assert.InRange(result.ClockOffset!.Value.TotalSeconds, -2, 2);

        // Read step by step, as while it happened, it is the same.
        for (var i = 0; i < grid.Count; i++)
        {
            var one = await host.ReadAsync("prometheus", new StepGrid(grid.First + i, 1, Step), (Bad, Valid));
            Assert.Equal(cells[i].First, one.Table.Row(0)[0].First, 1e-9);
            Assert.Equal(cells[i].Second, one.Table.Row(0)[0].Second, 1e-9);
        }
    }

    [Fact]
    public async Task What_the_server_rejects_is_told_in_its_words()
    {
        Assert.SkipWhen(PrometheusServer.FindExecutable() is null, PrometheusServer.SkipReason);
        await using var server = await PrometheusServer.StartAsync([], cancellationToken: TestContext.Current.CancellationToken);
        await using var host = Host(server);
        var outcome = Assert.Single((await host.ReadAsync("prometheus", Now(), ("a{x=~\"(\"}", "a"))).Outcomes);
        Assert.Equal(UnmeasuredReason.QueryRejected, outcome.Unmeasured);
        Assert.StartsWith("bad_data: ", outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_server_is_unreachable_and_its_outage_is_never_without_events()
    {
        Assert.SkipWhen(PrometheusServer.FindExecutable() is null, PrometheusServer.SkipReason);
        await using var endpoint = new MetricsEndpoint();
        await using var server = await PrometheusServer.StartAsync([endpoint.Address.Authority], cancellationToken: TestContext.Current.CancellationToken);
        await using var host = Host(server);
        endpoint.Serve(good: 5);
        await endpoint.ScrapedAsync();
        await endpoint.ScrapedAsync();
        await ReadUntilAsync(host, Now(), Instant.MinValue);

        await server.KillAsync();
        var killed = SystemClock.Instance.GetCurrentInstant();
        var outcome = Assert.Single((await host.ReadAsync("prometheus", Now(), (Bad, Valid))).Outcomes);
        Assert.Equal(UnmeasuredReason.Unreachable, outcome.Unmeasured);
        Assert.True(outcome.IsTransient);

        // At least a whole step of the outage, with traffic in it.
        endpoint.Serve(good: 30);
        var over = StepGrid.StartOf(StepGrid.IndexOf(killed, Step) + 2, Step);
        await Wait.UntilAsync(() => SystemClock.Instance.GetCurrentInstant() > over, "the end of a step");

        await server.StartAgainAsync(TestContext.Current.CancellationToken);
        await endpoint.ScrapedAsync();
        await endpoint.ScrapedAsync();
        var now = SystemClock.Instance.GetCurrentInstant();
        var first = StepGrid.IndexOf(killed, Step);
        var grid = new StepGrid(first, (int)(StepGrid.IndexOf(now, Step) + 1 - first), Step);
        var cells = (await ReadUntilAsync(host, grid, now - Duration.FromSeconds(2))).Table.Row(0).ToArray();
        Assert.Equal(30, cells.Sum(c => c.Second), 1e-6);
        Assert.Contains(cells, c => c.IsRecovered);
        Assert.Equal([2000, 2001], host.Logs.Ids);

        // Series that are not there, while the server is at work, are another matter than a server that is not.
        var absent = (await host.ReadAsync("prometheus", grid, ("none", "none{x='1'}"))).Table.Row(0).ToArray();
        Assert.Equal(StepState.Unmeasured, absent[1].State);
        Assert.Contains(absent, c => c.State == StepState.Missing);
    }

    private static StepGrid Now() => new(StepGrid.IndexOf(SystemClock.Instance.GetCurrentInstant(), Step) - 1, 1, Step);

    private static async Task<SliReadResult> ReadUntilAsync(SourceHost host, StepGrid grid, Instant newest)
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

    private static SourceHost Host(PrometheusServer server)
    {
        var host = new SourceHost();
        host.AddPrometheus(o => o.BaseAddress = server.Address);
        return host;
    }
}
