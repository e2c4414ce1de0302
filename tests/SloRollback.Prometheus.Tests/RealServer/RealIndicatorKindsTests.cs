using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.RealServer;

/// <summary>Histograms of both kinds, gauges and expressions, read from real servers that scrape a real endpoint.</summary>
public sealed class RealIndicatorKindsTests
{
    public static TheoryData<string> Versions => PrometheusVersions.All;

    [Theory]
    [MemberData(nameof(Versions))]
    public Task A_classic_histogram_counts_what_was_observed(string version) => CountAsync(version, isNative: false);

    [Theory]
    [MemberData(nameof(Versions))]
    public Task A_native_histogram_counts_what_was_observed(string version) => CountAsync(version, isNative: true);

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_threshold_that_is_no_bucket_names_the_nearest_and_other_buckets_of_a_new_release_are_no_errors(string version)
    {
        await using var endpoint = new HistogramEndpoint(isNative: false, "0.1", "0.5", "1.0");
        await using var server = await StartAsync(version, endpoint);
        await using var host = RealSource.Host(server);
        endpoint.Observe(0.3, 10);
        await endpoint.ScrapedAsync(2);

        var result = await ReadUntilAsync(host, RealSource.Now, r => r.Outcomes[0].Detail.Contains("the nearest", StringComparison.Ordinal) && r.Outcomes[1].NewestSample is not null, Latency(0.3), Latency(1));
        Assert.Contains("the nearest are 0.1 and 0.5", result.Outcomes[0].Detail, StringComparison.Ordinal);

        endpoint.Restart("0.2", "0.7");
        endpoint.Observe(0.3, 400);
        await endpoint.ScrapedAsync(3);
        var replaced = SystemClock.Instance.GetCurrentInstant();
        result = await ReadUntilAsync(host, RealSource.Now, r => r.Outcomes[1].Unmeasured == UnmeasuredReason.QueryRejected && RealSource.Now().Start > replaced, Latency(0.3), Latency(1));
        Assert.Contains("no bucket", result.Outcomes[1].Detail, StringComparison.Ordinal);
        Assert.Matches("instance=|the highest one is 0.7", result.Outcomes[1].Detail);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Gauges_and_expressions_have_the_values_of_their_steps(string version)
    {
        await using var endpoint = new HistogramEndpoint(isNative: false, "1") { Gauge = -7.5 };
        await using var second = new HistogramEndpoint(isNative: false, "1") { Gauge = 3 };
        await using var server = await StartAsync(version, endpoint, second);
        await using var host = RealSource.Host(server);
        await endpoint.ScrapedAsync(3);
        await second.ScrapedAsync(3);

        var one = $"queue_length{{instance=\"{endpoint.Address.Authority}\"}}";
        var result = await ReadUntilAsync(
            host,
            RealSource.Now,
            r => r.Outcomes[0].NewestSample is not null && r.Table.Rows.All(row => r.Table.Row(Row(r, row.Query))[0].State != StepState.Unmeasured),
            new GaugeIndicator { Gauge = one },
            new GaugeIndicator { Gauge = "max(queue_length)" },
            new GaugeIndicator { Gauge = $"avg_over_time({one}[$window])" },
            new GaugeIndicator { Gauge = "queue_length" },
            new GaugeIndicator { Gauge = "scalar(max(queue_length)) * 2" },
            new EventRatioIndicator { Valid = "sum(count_over_time(up[$window]))", Bad = "sum(count_over_time(up{instance=\"none\"}[$window]))" },
            new EventRatioIndicator { Valid = "sum(up[$window])", Bad = "sum(up[$window])" },
            new GaugeIndicator { Gauge = "queue_length{instance=\"none\"}" });

        Assert.Equal([-7.5, 3, -7.5, 6], new[] { 0, 1, 2, 4 }.Select(q => result.Table.Row(Row(result, q))[0].First));
        Assert.Equal(UnmeasuredReason.QueryRejected, result.Outcomes[3].Unmeasured);
        Assert.Contains("instance (\"127.0.0.1:", result.Outcomes[3].Detail, StringComparison.Ordinal);
        var counts = result.Table.Row(Row(result, 5))[0];
        Assert.Equal((StepState.Measured, 0, AbsentSelectors.First), (counts.State, counts.First, counts.Absent));
        Assert.InRange(counts.Second, 2, 6);
        Assert.Equal(UnmeasuredReason.QueryRejected, result.Outcomes[6].Unmeasured);
        Assert.StartsWith("bad_data: ", result.Outcomes[6].Detail, StringComparison.Ordinal);
        Assert.Equal(StepState.Missing, result.Table.Row(Row(result, 7))[0].State);
    }

    private static async Task CountAsync(string version, bool isNative)
    {
        await using var endpoint = new HistogramEndpoint(isNative, "0.1", "0.5", "1.0", "2.5");
        await using var server = await StartAsync(version, endpoint);
        await using var host = RealSource.Host(server);

        // What was observed before the first scrape is the baseline.
        endpoint.Observe(0.05, 10);
        endpoint.Observe(2, 100);
        await endpoint.ScrapedAsync(3);
        var started = SystemClock.Instance.GetCurrentInstant();
        endpoint.Observe(0.3, 7);
        endpoint.Observe(2, 3);
        await endpoint.ScrapedAsync(3);
        endpoint.Restart();
        endpoint.Observe(0.3, 60);
        endpoint.Observe(2, 1);
        await endpoint.ScrapedAsync(3);
        endpoint.Observe(0.05, 1);
        await endpoint.ScrapedAsync(3);
        var ended = SystemClock.Instance.GetCurrentInstant();

        var first = StepGrid.IndexOf(started, RealSource.Step);
        var grid = new StepGrid(first, (int)(StepGrid.IndexOf(ended, RealSource.Step) + 1 - first), RealSource.Step);
        var result = await ReadUntilAsync(host, () => grid, r => r.Outcomes[0].NewestSample > ended - Duration.FromSeconds(1), Latency(1));
        var cells = result.Table.Row(0).ToArray();
        Assert.Equal((68, 72), (Math.Round(cells.Sum(c => c.First), 6), Math.Round(cells.Sum(c => c.Second), 6)));
        Assert.All(cells, c => Assert.InRange(c.First, 0, c.Second));

        // Read step by step it is the same.
        for (var i = 0; i < grid.Count; i++)
        {
            var step = await ReadAsync(host, new StepGrid(grid.First + i, 1, RealSource.Step), Latency(1));
            Assert.Equal(cells[i].First, step.Table.Row(0)[0].First, 1e-6);
            Assert.Equal(cells[i].Second, step.Table.Row(0)[0].Second, 1e-6);
        }
    }

    private static LatencyIndicator Latency(double seconds) =>
        new() { Histogram = $"{HistogramEndpoint.Histogram}{{job='test'}}", Threshold = Duration.FromSeconds(seconds) };

    private static int Row(SliReadResult result, int query) => result.Table.Rows.IndexOf(new SliRowKey(query));

    private static Task<SliReadResult> ReadAsync(SourceHost host, StepGrid grid, params Indicator[] indicators) => host.Source().ReadAsync(
        new SliReadRequest { Grid = grid, Queries = [.. indicators.Select((indicator, i) => new SliQuery { Id = $"q{i}", Indicator = indicator })] },
        TestContext.Current.CancellationToken);

    private static async Task<SliReadResult> ReadUntilAsync(SourceHost host, Func<StepGrid> grid, Func<SliReadResult, bool> isEnough, params Indicator[] indicators)
    {
        SliReadResult? result = null;
        await Wait.UntilAsync(
            async () =>
            {
                result = await ReadAsync(host, grid(), indicators);
                return isEnough(result);
            },
            "samples to be stored");
        return result!;
    }

    private static Task<PrometheusServer> StartAsync(string version, params HistogramEndpoint[] endpoints) => PrometheusServer.StartAsync(
        new PrometheusServerSettings
        {
            Executable = PrometheusVersions.Executable(version),
            ScrapeInterval = TimeSpan.FromMilliseconds(500),
            Targets = [.. endpoints.Select(e => e.Address.Authority)],
            Arguments = ["--enable-feature=native-histograms"],
        },
        TestContext.Current.CancellationToken);
}
