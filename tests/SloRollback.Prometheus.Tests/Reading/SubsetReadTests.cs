using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Planning;
using SloRollback.Prometheus.Reading;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Reading;

/// <summary>Some indicators that are read apart from the others, as while they have a gap, cost nobody memory, counts or queries.</summary>
public sealed class SubsetReadTests
{
    private const long Hour = 60 * 60 * 1000;
    private const long FirstStep = 28_000_000;
    private const long Start = FirstStep * 60_000;
    private static readonly Duration Step = Duration.FromMinutes(1);
    private readonly FakeTimeProvider time = new(Instant.FromUnixTimeSeconds(FirstStep * 60).ToDateTimeOffset());

    [Theory]
    [InlineData(PrometheusReading.Raw, true)]
    [InlineData(PrometheusReading.Raw, false)]
    [InlineData(PrometheusReading.Aggregated, true)]
    [InlineData(PrometheusReading.Aggregated, false)]
    public async Task A_neighbour_that_is_read_apart_costs_nobody_counts(PrometheusReading reading, bool hasUp)
    {
        var tsdb = new FakeTsdb(time);
        Target(tsdb, "a", "s0", hasUp: hasUp);
        Target(tsdb, "n", "s1", hasUp: hasUp);
        await using var host = Host(tsdb, reading);
        var sums = new List<double>();
        for (var step = 10; step < 30; step++)
            sums.Add((await ReadAsync(host, step, 1, step is >= 20 and < 22 ? ["s0"] : ["s0", "s1"]))[0].First);
        Assert.All(sums.Skip(1), s => Assert.Equal(40, s));
    }

    // A replica of s0 is away for 12 minutes; of what it counts meanwhile only the last step's share is of the step in which it comes back.
    [Theory]
    [InlineData("nothing")]
    [InlineData("a neighbour is read apart")]
    [InlineData("a neighbour's gap is read again")]
    [InlineData("some steps are read again")]
    public async Task What_was_kept_from_before_is_kept(string what)
    {
        var tsdb = new FakeTsdb(time);
        Target(tsdb, "a", "s0");
        Target(tsdb, "b", "s0", at => at < Start + (20 * 60_000) || at >= Start + (32 * 60_000));
        Target(tsdb, "n", "s1");
        await using var host = Host(tsdb, PrometheusReading.Raw);
        var bad = 0.0;
        for (var step = 10; step <= 32; step++)
        {
            var isApart = step is >= 26 and < 33;
            bad = what switch
            {
                "a neighbour is read apart" when isApart => (await ReadAsync(host, step, 1, "s0"))[0].First,
                "a neighbour's gap is read again" when isApart => await BothAsync(step),
                "some steps are read again" when step is >= 27 => (await ReadAsync(host, 25, step - 24, "s0", "s1"))[^1].First,
                _ => (await ReadAsync(host, step, 1, "s0", "s1"))[0].First,
            };
        }

        Assert.Equal(107.7, bad, 1);

        async Task<double> BothAsync(int step)
        {
            await ReadAsync(host, 21, step - 20, "s1");
            return (await ReadAsync(host, step, 1, "s0"))[0].First;
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(40)]
    public async Task A_process_that_began_long_ago_began_still_when_it_is_read_again(int last)
    {
        var tsdb = new FakeTsdb(time);
        Target(tsdb, "n", "s1");
        Target(tsdb, "a", "s0", at => at < Start + (13 * 60_000));
        var (samples, starts) = (tsdb.Add("requests_total", ("service", "s0"), ("code", "500"), ("job", "j"), ("instance", "b")), tsdb.Add("process_start_time_seconds", ("job", "j"), ("instance", "b")));
        for (var scrape = 0; scrape < 120; scrape++)
        {
            samples.Add(new Sample(Start + (15 * 60_000) + 3_000 + (scrape * 15_000L), 17 + (scrape * 10)));
            starts.Add(new Sample(samples[^1].Time, (Start / 1000) + (15 * 60) - 10));
        }

        await using var host = Host(tsdb, PrometheusReading.Raw);
        for (var step = 10; step <= last; step++)
            await ReadAsync(host, step, 1, "s0", "s1");
        Assert.Equal(17 + 30, (await ReadAsync(host, 14, last - 13, "s0"))[1].First);
    }

    [Fact]
    public async Task A_stretch_without_any_counters_is_read()
    {
        await using var host = Host(new FakeTsdb(time), PrometheusReading.Auto);
        var grid = new StepGrid(FirstStep, 30, Step);
        SetNow(grid);
        Assert.Empty((await host.Source().ReadAsync(new SliReadRequest { Grid = grid, Queries = [] }, TestContext.Current.CancellationToken)).Outcomes);
    }

    [Fact]
    public async Task A_gap_is_asked_for_of_those_that_have_it()
    {
        var tsdb = new FakeTsdb(time);
        foreach (var service in new[] { "s0", "s1", "s2" })
            Target(tsdb, service, service);
        await using var host = Host(tsdb, PrometheusReading.Raw);
        await ReadAsync(host, 10, 1, "s0", "s1", "s2");
        tsdb.Queries.Clear();
        await ReadAsync(host, 11, 1, "s0", "s2");
        await ReadAsync(host, 7, 5, "s1");

        // The newest samples of all have been read already, at the same step.
        Assert.Equal(["requests_total{service=~\"s0|s1|s2\"}[90000ms]", "requests_total{service=\"s1\"}[240000ms]"], tsdb.Queries);

        // Who asks again wants to know what is new.
        tsdb.Fault = _ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        foreach (var service in new[] { "s0", "s1" })
        {
            var request = Request(11, 1, service);
            Assert.False((await host.Source().ReadAsync(request, TestContext.Current.CancellationToken)).Outcomes[0].IsRead);
        }
    }

    [Fact]
    public async Task The_server_sums_a_gap_for_those_that_have_it()
    {
        var tsdb = new FakeTsdb(time);
        foreach (var service in new[] { "s0", "s1", "s2" })
            Target(tsdb, service, service);
        await using var host = Host(tsdb, PrometheusReading.Aggregated);
        await ReadAsync(host, 10, 1, "s0", "s1", "s2");
        tsdb.Queries.Clear();
        Assert.All((await ReadAsync(host, 7, 5, "s1"))[1..], c => Assert.Equal(40, c.First));
        Assert.DoesNotContain(tsdb.Queries, q => q.Contains("s0", StringComparison.Ordinal));
        Assert.Single(tsdb.Queries, q => q.StartsWith("sum by (code,service) ", StringComparison.Ordinal) && q.Contains("requests_total{service=\"s1\"}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(PrometheusReading.Raw)]
    [InlineData(PrometheusReading.Aggregated)]
    public async Task The_same_indicator_twice_has_the_same_counts(PrometheusReading reading)
    {
        var tsdb = new FakeTsdb(time);
        Target(tsdb, "a", "s0", at => at < Start + (20 * 60_000) || at >= Start + (23 * 60_000));
        Target(tsdb, "n", "s1");
        await using var host = Host(tsdb, reading);
        for (var step = 10; step < 20; step++)
            await ReadAsync(host, step, 1, "s0", "s0", "s1");
        for (var step = 20; step < 25; step++)
        {
            var request = Request(19, step - 18, "s0", "s0");
            SetNow(request.Grid);
            var result = await host.Source().ReadAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(result.Table.Row(0).ToArray(), result.Table.Row(1).ToArray());
        }
    }

    [Fact]
    public void Some_indicators_have_the_reader_of_all()
    {
        var readers = new CounterReaders();
        var all = Pairs(0, 20);
        var (reader, only) = readers.Get(all, 60_000, forHistory: false, 1000, now: 0);
        Assert.Null(only);
        for (var without = 0; without < 20; without++)
        {
            var (same, rest) = readers.Get(all.RemoveAt(without), 60_000, forHistory: false, 1000, now: without);
            Assert.Same(reader, same);
            Assert.Equal(Enumerable.Range(0, 20).Where(i => i != without), rest!);
        }

        Assert.Equal(1, readers.Count);
        Assert.Same(reader, readers.Find(all));
        Assert.NotSame(reader, readers.Get(all, 60_000, forHistory: true, 1000, now: 20).Reader);
        Assert.NotSame(reader, readers.Get(all, 300_000, forHistory: false, 1000, now: 20).Reader);
        Assert.NotSame(reader, readers.Get(Pairs(0, 21), 60_000, forHistory: false, 1000, now: 20).Reader);
    }

    [Fact]
    public void Readers_that_nobody_uses_are_dropped_and_so_are_those_of_indicators_that_are_gone()
    {
        var readers = new CounterReaders();
        var old = readers.Get(Pairs(0, 3), 60_000, forHistory: false, 1000, now: 0).Reader;
        readers.Get(Pairs(10, 13), 60_000, forHistory: false, 1000, now: 0);
        readers.Get(Pairs(20, 23), 4 * Hour, forHistory: false, 1000, now: 0);
        for (var now = Hour / 2; now <= Hour; now += Hour / 2)
            Assert.Same(old, readers.Get(Pairs(0, 2), 60_000, forHistory: false, 1000, now).Reader);
        Assert.Equal(3, readers.Count);
        Assert.NotSame(old, readers.Get(Pairs(0, 2), 60_000, forHistory: false, 1000, Hour + 1).Reader);
        Assert.Equal(2, readers.Count);

        for (var i = 0; i < 100; i++)
            readers.Get(Pairs(i * 10, (i * 10) + 1), 60_000, forHistory: false, 1000, Hour + 1);
        Assert.Equal(16, readers.Count);
    }

    private static ImmutableArray<SelectorPair> Pairs(int from, int to) => [.. Enumerable.Range(from, to - from).Select(i => new SelectorPair($"m{{s=\"{i}\",c=\"5\"}}", $"m{{s=\"{i}\"}}"))];

    private static void Target(FakeTsdb tsdb, string instance, string service, Func<long, bool>? isScraped = null, bool hasUp = true)
    {
        var samples = tsdb.Add("requests_total", ("service", service), ("code", "500"), ("job", "j"), ("instance", instance));
        var up = hasUp ? tsdb.Add("up", ("job", "j"), ("instance", instance)) : [];
        for (var scrape = 0; scrape < 400; scrape++)
        {
            var at = Start + (scrape * 15_000L) + 3_000;
            if (isScraped?.Invoke(at) ?? true)
            {
                samples.Add(new Sample(at, 1_000_000 + (scrape * 10)));
                up.Add(new Sample(at, 1));
            }
        }
    }

    private static SliReadRequest Request(int first, int count, params string[] services) => SourceHost.Request(
        new StepGrid(FirstStep + first, count, Step), [.. services.Select(s => ($"requests_total{{service=\"{s}\",code=~\"5..\"}}", $"requests_total{{service=\"{s}\"}}"))]);

    private void SetNow(StepGrid grid)
    {
        if (grid.End.Plus(Duration.FromSeconds(30)).ToDateTimeOffset() is var now && now > time.GetUtcNow())
            time.SetUtcNow(now);
    }

    private async Task<SliCell[]> ReadAsync(SourceHost host, int first, int count, params string[] services)
    {
        var request = Request(first, count, services);
        SetNow(request.Grid);
        var result = await host.Source().ReadAsync(request, TestContext.Current.CancellationToken);
        Assert.True(result.Outcomes[0].IsRead, result.Outcomes[0].Detail);
        return result.Table.Row(0).ToArray();
    }

    private static SourceHost Host(FakeTsdb tsdb, PrometheusReading reading)
    {
        var host = new SourceHost(tsdb.Time);
        host.AddPrometheus("prometheus", o => (o.BaseAddress, o.Reading) = (new Uri("http://tsdb"), reading), http => http.ConfigurePrimaryHttpMessageHandler(() => tsdb));
        return host;
    }
}
