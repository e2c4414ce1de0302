using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Reading;

/// <summary>What came about in a gap is no burst of the step in which it shows, however the targets come back and from where it is read.</summary>
public sealed class SummedGapTests
{
    private const long Minute = 60_000;
    private static readonly long FirstStep = 28_000_000;
    private static readonly long Start = FirstStep * Minute;
    private readonly FakeTimeProvider time = new(Instant.FromUnixTimeMilliseconds(Start).ToDateTimeOffset());

    public static TheoryData<PrometheusReading, int> Gaps => new MatrixTheoryData<PrometheusReading, int>([PrometheusReading.Raw, PrometheusReading.Aggregated], [3, 40]);

    [Theory]
    [MemberData(nameof(Gaps))]
    public async Task Targets_that_come_back_on_both_sides_of_a_step_are_no_burst(PrometheusReading reading, int gap)
    {
        // The first in the last quarter of a minute, the second in the first quarter of the next.
        var tsdb = new FakeTsdb(time);
        var back = Start + ((50 + gap) * Minute) + 50_000;
        foreach (var (instance, offset) in new[] { ("a", 8_000), ("b", 3_000) })
            Target(tsdb, instance, offset, at => at < Start + (50 * Minute) || at >= back);
        await using var host = Host(tsdb, reading);
        await ReadAsync(host, 40, 10, "s0");
        var row = await ReadAsync(host, 49, gap + 4, "s0");
        Assert.All(row, cell => Assert.True(cell is { State: StepState.Measured, First: <= 120 }, cell.ToString()));
        Assert.All(row[1..^2], cell => Assert.Equal((true, gap > 5), (cell.IsRecovered, cell.IsLongGap)));

        // Both were scraped four times a minute, and counted 10 in between. Read raw, the one that comes later has no share in the step
        // in which the other was there.
        Assert.InRange(row.Sum(c => c.First), ((gap + 4) * 80) - (reading == PrometheusReading.Raw && gap > 5 ? 40 : 1e-6), ((gap + 4) * 80) + 1e-6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_from_the_middle_of_a_gap_its_growth_is_not_booked_where_it_shows(bool isAlone)
    {
        // Somebody else comes back before, so that the reader that ends the gap is another than the one that saw it begin.
        var tsdb = new FakeTsdb(time);
        Target(tsdb, "live", 1_000, _ => true, "other");
        Target(tsdb, "a", 3_000, at => at < Start + (50 * Minute) || at >= Start + (79 * Minute));
        Target(tsdb, "b", 3_000, at => at < Start + (50 * Minute) || at >= Start + (80 * Minute), "s1");
        await using var host = Host(tsdb, PrometheusReading.Aggregated);
        await ReadAsync(host, 40, 10, "s1", "s0");
        var row = await ReadAsync(host, 74, 7, isAlone ? ["s1"] : ["s1", "s0"]);
        Assert.True(row[^1].State == StepState.Unmeasured || row[^1] is { First: <= 80, IsLongGap: true }, row[^1].ToString());

        // Asked from before the gap it tells all.
        var whole = await ReadAsync(host, 49, 34, isAlone ? ["s1"] : ["s1", "s0"]);
        Assert.Equal(34 * 40, whole.Sum(c => c.First), 6);
        Assert.All(whole[1..31], cell => Assert.True(cell is { IsRecovered: true, IsLongGap: true }, cell.ToString()));
    }

    [Theory]
    [InlineData(PrometheusReading.Raw)]
    [InlineData(PrometheusReading.Aggregated)]
    public async Task What_is_told_of_a_step_from_the_middle_of_a_gap_is_what_is_told_from_its_beginning_or_nothing(PrometheusReading reading)
    {
        var tsdb = new FakeTsdb(time);
        Target(tsdb, "live", 1_000, _ => true, "other");
        Target(tsdb, "a", 3_000, at => at < Start + (50 * Minute) || at >= Start + (54 * Minute));
        await using var host = Host(tsdb, reading);
        await ReadAsync(host, 40, 10, "s0");
        var whole = await ReadAsync(host, 49, 14, "s0");
        var part = await ReadAsync(host, 52, 11, "s0");
        for (var i = 0; i < part.Length; i++)
            Assert.True(part[i].State != StepState.Measured || Math.Abs(part[i].First - whole[i + 3].First) < 1e-9, $"{i}: {whole[i + 3]}, {part[i]}");
    }

    // 10 events from scrape to scrape, all of them bad, four scrapes a minute.
    private static void Target(FakeTsdb tsdb, string instance, long offset, Func<long, bool> isScraped, string service = "s0")
    {
        var samples = tsdb.Add("requests_total", ("service", service), ("code", "500"), ("job", "j"), ("instance", instance));
        var up = tsdb.Add("up", ("job", "j"), ("instance", instance));
        for (var (at, value) = (Start + offset, 1_000.0); at < Start + (120 * Minute); (at, value) = (at + 15_000, value + 10))
        {
            if (!isScraped(at))
                continue;

            samples.Add(new Sample(at, value));
            up.Add(new Sample(at, 1));
        }
    }

    private async Task<SliCell[]> ReadAsync(SourceHost host, int first, int count, params string[] services)
    {
        var grid = new StepGrid(FirstStep + first, count, Duration.FromMinutes(1));
        if (grid.End.Plus(Duration.FromSeconds(30)).ToDateTimeOffset() is var now && now > time.GetUtcNow())
            time.SetUtcNow(now);
        var result = await host.ReadAsync("prometheus", grid, [.. services.Select(s => ($"requests_total{{service=\"{s}\",code=~\"5..\"}}", $"requests_total{{service=\"{s}\"}}"))]);
        Assert.True(result.Outcomes[0].IsRead, result.Outcomes[0].Detail);
        return result.Table.Row(0).ToArray();
    }

    private static SourceHost Host(FakeTsdb tsdb, PrometheusReading reading)
    {
        var host = new SourceHost(tsdb.Time);
        host.AddPrometheus(
            "prometheus",
            o => (o.BaseAddress, o.Reading) = (new Uri("http://tsdb"), reading),
            http => http.ConfigurePrimaryHttpMessageHandler(() => tsdb));
        return host;
    }
}
