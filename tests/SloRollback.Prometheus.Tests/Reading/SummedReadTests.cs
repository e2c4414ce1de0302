using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Reading;

/// <summary>What the server sums never holds the life of a counter that was there long before.</summary>
public sealed class SummedReadTests
{
    private const int Steps = 200;
    private const double Life = 1_000_000;
    private static readonly long FirstStep = 28_000_000;
    private static readonly Duration Step = Duration.FromMinutes(1);
    private readonly FakeTimeProvider time = new(Instant.FromUnixTimeSeconds(FirstStep * 60).ToDateTimeOffset());

    [Fact]
    public async Task A_target_that_was_out_of_reach_for_more_than_an_hour_does_not_bring_its_whole_life()
    {
        var tsdb = new FakeTsdb(time);
        Target(tsdb, "a", 3_000, _ => true);
        Target(tsdb, "b", 3_000, step => step is < 20 or >= 100);
        var row = await ReadAsync(tsdb);
        Assert.All(row, c => Assert.InRange(c.First, 0, 80));
        Assert.Equal(80, row[110].First);
    }

    [Fact]
    public async Task A_job_that_is_new_to_the_server_does_not_bring_the_life_of_its_processes()
    {
        var tsdb = new FakeTsdb(time);
        Target(tsdb, "other", 3_000, _ => true, service: "s1");
        Target(tsdb, "a", 3_000, step => step >= 50);
        Target(tsdb, "b", 50_000, step => step >= 50);
        var row = await ReadAsync(tsdb);
        Assert.All(row, c => Assert.InRange(c.First, 0, 80));
        Assert.Equal(80, row[60].First);
    }

    [Theory]
    [InlineData(3_000, 9_000)]
    [InlineData(3_000, 20_000)]
    [InlineData(50_000, 61_000)]
    public async Task Nor_do_targets_that_come_one_after_the_other_where_nothing_writes_up(int first, int second)
    {
        var tsdb = new FakeTsdb(time);
        Target(tsdb, "a", first, step => step is < 20 or >= 100, hasUp: false);
        Target(tsdb, "b", second, step => step is < 20 or >= 100, hasUp: false);
        var row = await ReadAsync(tsdb);
        Assert.All(row, c => Assert.InRange(c.First, 0, 80));
        Assert.Equal(80, row[110].First);
    }

    [Fact]
    public async Task A_process_that_has_just_begun_counts_from_its_beginning()
    {
        var tsdb = new FakeTsdb(time);
        Target(tsdb, "a", 3_000, _ => true);
        Target(tsdb, "b", 3_000, step => step >= 50, life: 7, start: 50);
        var row = await ReadAsync(tsdb);
        Assert.Equal(40 + 30 + 7, row[50 - 5].First);
    }

    [Fact]
    public async Task Growth_over_a_gap_is_spread_when_the_gap_is_read_again()
    {
        var tsdb = new FakeTsdb(time);
        Target(tsdb, "a", 3_000, step => step is < 50 or >= 53);
        await using var host = Host(tsdb);
        await ReadAsync(host, 48, 2);
        Assert.Equal(0, (await ReadAsync(host, 50, 1))[0].First);
        var row = await ReadAsync(host, 50, 4);
        Assert.All(row[..3], c => Assert.True(c is { State: StepState.Measured, First: 35, IsRecovered: true }, c.ToString()));
        Assert.Equal(160, row.Sum(c => c.First));
    }

    // 10 events from scrape to scrape, all of them bad.
    private static void Target(FakeTsdb tsdb, string instance, long offset, Func<int, bool> isScraped, string service = "s0", bool hasUp = true, double life = Life, int? start = null)
    {
        var samples = tsdb.Add("requests_total", ("service", service), ("code", "500"), ("job", "j"), ("instance", instance));
        var up = hasUp ? tsdb.Add("up", ("job", "j"), ("instance", instance)) : [];
        var starts = tsdb.Add("process_start_time_seconds", ("job", "j"), ("instance", instance));
        var value = life;
        for (var scrape = 0; scrape < Steps * 4; scrape++)
        {
            var at = (FirstStep * 60_000) + (scrape * 15_000) + offset;
            if (!isScraped(scrape / 4))
            {
                value += start is null ? 10 : 0;
                continue;
            }

            samples.Add(new Sample(at, value));
            up.Add(new Sample(at, 1));
            if (hasUp)
                starts.Add(new Sample(at, start is { } step ? ((FirstStep + step) * 60) + 1 : 1_000_000));
            value += 10;
        }
    }

    private async Task<SliCell[]> ReadAsync(FakeTsdb tsdb)
    {
        await using var host = Host(tsdb);
        var row = new List<SliCell>();
        for (var step = 5; step < Steps - 5; step++)
            row.Add((await ReadAsync(host, step, 1))[0]);
        return [.. row];
    }

    private async Task<SliCell[]> ReadAsync(SourceHost host, int first, int count)
    {
        var grid = new StepGrid(FirstStep + first, count, Step);
        if (grid.End.Plus(Duration.FromSeconds(30)).ToDateTimeOffset() is var now && now > time.GetUtcNow())
            time.SetUtcNow(now);
        var result = await host.ReadAsync("prometheus", grid, ("requests_total{service=\"s0\",code=~\"5..\"}", "requests_total{service=\"s0\"}"), ("requests_total{service=\"s1\",code=~\"5..\"}", "requests_total{service=\"s1\"}"));
        Assert.True(result.Outcomes[0].IsRead, result.Outcomes[0].Detail);
        return result.Table.Row(0).ToArray();
    }

    private static SourceHost Host(FakeTsdb tsdb)
    {
        var host = new SourceHost(tsdb.Time);
        host.AddPrometheus(
            "prometheus",
            o => (o.BaseAddress, o.Reading) = (new Uri("http://tsdb"), PrometheusReading.Aggregated),
            http => http.ConfigurePrimaryHttpMessageHandler(() => tsdb));
        return host;
    }
}
