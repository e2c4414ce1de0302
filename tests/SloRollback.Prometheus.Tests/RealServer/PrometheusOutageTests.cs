using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.RealServer;

/// <summary>The HTTP source while a real Prometheus is killed and comes back.</summary>
public sealed class PrometheusOutageTests
{
    public static TheoryData<string> Versions => PrometheusVersions.All;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_killed_server_is_unreachable_and_its_outage_is_never_without_events(string version)
    {
        await using var endpoint = new MetricsEndpoint();
        await using var server = await RealSource.StartAsync(version, endpoint);
        await using var host = RealSource.Host(server);
        endpoint.Serve(good: 5);
        await endpoint.ScrapedAsync();
        await endpoint.ScrapedAsync();
        await RealSource.ReadUntilAsync(host, RealSource.Now(), Instant.MinValue);

        await server.KillAsync();
        var killed = SystemClock.Instance.GetCurrentInstant();
        var outcome = Assert.Single((await host.ReadAsync("prometheus", RealSource.Now(), (RealSource.Bad, RealSource.Valid))).Outcomes);
        Assert.Equal(UnmeasuredReason.Unreachable, outcome.Unmeasured);
        Assert.True(outcome.IsTransient);

        // At least a whole step of the outage, with traffic in it.
        endpoint.Serve(good: 30);
        var over = StepGrid.StartOf(StepGrid.IndexOf(killed, RealSource.Step) + 2, RealSource.Step);
        await Wait.UntilAsync(() => SystemClock.Instance.GetCurrentInstant() > over, "the end of a step");

        await server.StartAgainAsync(TestContext.Current.CancellationToken);
        await endpoint.ScrapedAsync();
        await endpoint.ScrapedAsync();
        var now = SystemClock.Instance.GetCurrentInstant();
        var first = StepGrid.IndexOf(killed, RealSource.Step);
        var grid = new StepGrid(first, (int)(StepGrid.IndexOf(now, RealSource.Step) + 1 - first), RealSource.Step);
        var cells = (await RealSource.ReadUntilAsync(host, grid, now - Duration.FromSeconds(2))).Table.Row(0).ToArray();
        Assert.Equal(30, cells.Sum(c => c.Second), 1e-6);
        Assert.Contains(cells, c => c.IsRecovered);

        // Series that are not there, while the server is at work, are another matter than a server that is not.
        var absent = (await host.ReadAsync("prometheus", grid, ("none", "none{x='1'}"))).Table.Row(0).ToArray();
        Assert.Equal(StepState.Unmeasured, absent[1].State);
        Assert.Contains(absent, c => c.State == StepState.Missing);
    }
}
