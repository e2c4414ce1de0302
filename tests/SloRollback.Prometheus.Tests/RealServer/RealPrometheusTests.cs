using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.RealServer;

/// <summary>The HTTP source against a real Prometheus that scrapes a real endpoint.</summary>
public sealed class RealPrometheusTests
{
    public static TheoryData<string> Versions => PrometheusVersions.All;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Counts_equal_those_of_the_endpoint_across_a_restart_and_a_new_error_series(string version)
    {
        await using var endpoint = new MetricsEndpoint();
        await using var server = await RealSource.StartAsync(version, endpoint);
        await using var host = RealSource.Host(server);

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

        var grid = new StepGrid(StepGrid.IndexOf(started, RealSource.Step), (int)(StepGrid.IndexOf(ended, RealSource.Step) + 1 - StepGrid.IndexOf(started, RealSource.Step)), RealSource.Step);
        var result = await RealSource.ReadUntilAsync(host, grid, ended);
        Assert.Null(result.Outcomes[0].NewestSample is { } newest && newest > ended + Duration.FromMinutes(1) ? "a sample of the future" : null);
        var cells = result.Table.Row(0).ToArray();
        Assert.Equal(endpoint.Bad, cells.Sum(c => c.First), 1e-6);
        Assert.Equal(endpoint.Good + endpoint.Bad, cells.Sum(c => c.Second), 1e-6);
        Assert.InRange(result.ClockOffset!.Value.TotalSeconds, -2, 2);

        // Read step by step, as while it happened, it is the same.
        for (var i = 0; i < grid.Count; i++)
        {
            var one = await host.ReadAsync("prometheus", new StepGrid(grid.First + i, 1, RealSource.Step), (RealSource.Bad, RealSource.Valid));
            Assert.Equal(cells[i].First, one.Table.Row(0)[0].First, 1e-9);
            Assert.Equal(cells[i].Second, one.Table.Row(0)[0].Second, 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task What_the_server_rejects_is_told_in_its_words(string version)
    {
        await using var server = await RealSource.StartAsync(version);
        await using var host = RealSource.Host(server);
        var outcome = Assert.Single((await host.ReadAsync("prometheus", RealSource.Now(), ("a{x=~\"(\"}", "a"))).Outcomes);
        Assert.Equal(UnmeasuredReason.QueryRejected, outcome.Unmeasured);
        Assert.StartsWith("bad_data: ", outcome.Detail, StringComparison.Ordinal);
    }
}
