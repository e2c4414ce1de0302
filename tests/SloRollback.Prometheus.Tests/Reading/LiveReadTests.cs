using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Reading;

/// <summary>Step after step, with samples kept in between: the same counts as from the whole history, at a fraction of the samples.</summary>
public sealed class LiveReadTests
{
    private const long FirstStep = 28_000_000;
    private const int Steps = 40;
    private static readonly Duration Step = Duration.FromMinutes(1);
    private FakeTimeProvider time = NewTime();

    [SeedProperty(MaxTest = 60)]
    public async Task Step_by_step_the_counts_are_those_of_the_whole_history(int seed)
    {
        // Every case begins anew, in the same instance of this class.
        time = NewTime();
        var random = new Random(seed);
        var tsdb = History(random, longestGap: 60);
        await using var host = Host(tsdb, PrometheusReading.Raw);
        var first = FirstStep + 6;
        for (var step = first; step < FirstStep + Steps;)
        {
            // One step, some at once, again some of the last ones; now and then nothing is answered.
            var (from, count) = random.Next(6) switch { 0 => (Math.Max(first, step - random.Next(1, 8)), 1), 1 => (step, random.Next(1, 5)), _ => (step, 1) };
            count += (int)Math.Max(0, step - from);
            var grid = new StepGrid(from, count, Step);
            SetNow(grid);
            if (random.Next(6) == 0)
            {
                tsdb.Fault = _ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
                var failed = await host.Source().ReadAsync(Request(grid), TestContext.Current.CancellationToken);
                Assert.All(failed.Outcomes, o => Assert.False(o.IsRead));
                tsdb.Fault = _ => null;
                continue;
            }

            // Now and then one of them is read apart from the others, before or after them, and further back.
            var apart = step == first ? -1 : random.Next(-3, 3);
            int[] others = [.. Enumerable.Range(0, 3).Where(i => i != apart)];
            var before = Math.Max(first, from - random.Next(0, 12));
            (StepGrid Grid, int[] Services)[] parts = apart < 0 ? [(grid, others)] : [(grid, others), (new StepGrid(before, (int)(from + count - before), Step), [apart])];
            foreach (var (of, services) in random.Next(2) == 0 ? parts : parts.Reverse())
                AssertSame(tsdb, of, services, await host.Source().ReadAsync(Request(of, services), TestContext.Current.CancellationToken), (FirstStep + 1) * 60_000);
            step = from + count;
        }
    }

    [SeedProperty(MaxTest = 60)]
    public async Task What_the_server_sums_is_what_the_samples_say(int seed)
    {
        time = NewTime();
        var tsdb = History(new Random(seed), longestGap: 0);
        await using var raw = Host(tsdb, PrometheusReading.Raw);
        await using var summed = Host(tsdb, PrometheusReading.Aggregated);
        for (var step = FirstStep + 6; step < FirstStep + Steps; step++)
        {
            var grid = new StepGrid(step, 1, Step);
            SetNow(grid);
            var one = await raw.Source().ReadAsync(Request(grid), TestContext.Current.CancellationToken);
            var other = await summed.Source().ReadAsync(Request(grid), TestContext.Current.CancellationToken);
            for (var i = 0; i < 3; i++)
                AssertSame(one.Table.Row(i)[0], other.Table.Row(i)[0], step);
        }

        Assert.Contains(tsdb.Queries, q => q.StartsWith("sum by (code,service)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_step_costs_the_server_its_new_samples_and_two_scrapes()
    {
        var tsdb = History(new Random(1), longestGap: 0);
        await using var host = Host(tsdb, PrometheusReading.Auto);
        for (var step = FirstStep + 10; step < FirstStep + 13; step++)
        {
            var grid = new StepGrid(step, 1, Step);
            SetNow(grid);
            await host.Source().ReadAsync(Request(grid), TestContext.Current.CancellationToken);
        }

        Assert.Equal(
            [
                "count(requests_total{service=~\"s0|s1|s2\"})",
                "requests_total{service=~\"s0|s1|s2\"}[390001ms]",
                "requests_total{service=~\"s0|s1|s2\"}[90000ms]",
                "requests_total{service=~\"s0|s1|s2\"}[90000ms]",
            ],
            tsdb.Queries);
    }

    [Fact]
    public async Task Many_series_are_summed_by_the_server()
    {
        var tsdb = History(new Random(1), longestGap: 0);
        await using var host = Host(tsdb, PrometheusReading.Auto, o => o.MaximumRawSeries = 2);
        var grid = new StepGrid(FirstStep + 10, 1, Step);
        SetNow(grid);
        await host.Source().ReadAsync(Request(grid), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(tsdb.Queries, q => q.EndsWith("[390001ms]", StringComparison.Ordinal));
        Assert.Contains(tsdb.Queries, q => q.StartsWith("sum by (code,service)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_query_that_the_server_refuses_is_read_in_halves_and_the_fault_stays_where_it_is()
    {
        var tsdb = History(new Random(1), longestGap: 0);
        tsdb.Fault = q => q.Contains("s1", StringComparison.Ordinal)
            ? new HttpResponseMessage(HttpStatusCode.UnprocessableEntity) { Content = new StringContent("{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"query processing would load too many samples into memory\"}") }
            : null;
        await using var host = Host(tsdb, PrometheusReading.Raw);
        var grid = new StepGrid(FirstStep + 10, 1, Step);
        SetNow(grid);
        var result = await host.Source().ReadAsync(Request(grid), TestContext.Current.CancellationToken);
        Assert.Equal([true, false, true], result.Outcomes.Select(o => o.IsRead));
        Assert.Contains("too many samples", result.Outcomes[1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pod_that_starts_counts_from_its_beginning_when_its_start_is_known()
    {
        var tsdb = new FakeTsdb(time);
        var start = (FirstStep + 10) * 60_000;
        foreach (var (pod, began) in new[] { ("known", (double?)((start + 5_000) / 1000.0)), ("old", 1_000_000.0), ("unknown", null) })
        {
            var samples = tsdb.Add("requests_total", ("service", "s0"), ("code", "500"), ("job", "j"), ("instance", pod));
            var starts = tsdb.Add("process_start_time_seconds", ("job", "j"), ("instance", pod));
            for (var at = start + 10_000; at < start + 60_000; at += 15_000)
            {
                samples.Add(new Sample(at, 7 + ((at - start) / 1000)));
                if (began is { } seconds)
                    starts.Add(new Sample(at, seconds));
            }
        }

        await using var host = Host(tsdb, PrometheusReading.Raw);
        var grid = new StepGrid(FirstStep + 10, 1, Step);
        SetNow(grid);
        var result = await host.Source().ReadAsync(Request(grid), TestContext.Current.CancellationToken);
        Assert.Equal((3 * 45) + 17, result.Table.Row(0)[0].First);
    }

    private static FakeTimeProvider NewTime() => new(Instant.FromUnixTimeSeconds(FirstStep * 60).ToDateTimeOffset());

    private void SetNow(StepGrid grid)
    {
        var now = grid.End.Plus(Duration.FromSeconds(30)).ToDateTimeOffset();
        if (now > time.GetUtcNow())
            time.SetUtcNow(now);
    }

    private static SliReadRequest Request(StepGrid grid) => Request(grid, [0, 1, 2]);

    private static SliReadRequest Request(StepGrid grid, int[] services) => SourceHost.Request(
        grid, [.. services.Select(i => ($"requests_total{{service=\"s{i}\",code=~\"5..\"}}", $"requests_total{{service=\"s{i}\"}}"))]);

    private static SourceHost Host(FakeTsdb tsdb, PrometheusReading reading, Action<PrometheusOptions>? configure = null)
    {
        var host = new SourceHost(tsdb.Time);
        host.AddPrometheus(
            "prometheus",
            o =>
            {
                (o.BaseAddress, o.Reading) = (new Uri("http://tsdb"), reading);
                configure?.Invoke(o);
            },
            http => http.ConfigurePrimaryHttpMessageHandler(() => tsdb));
        return host;
    }

    private FakeTsdb History(Random random, int longestGap)
    {
        var tsdb = new FakeTsdb(time);
        var start = FirstStep * 60_000;
        var up = tsdb.Add("up", ("job", "j"), ("instance", "other"));
        for (var at = start; at < start + ((Steps + 5) * 60_000); at += 15_000)
        {
            if (longestGap == 0 || random.Next(10) > 0)
                up.Add(new Sample(at, 1));
        }

        for (var service = 0; service < 3; service++)
        {
            var outage = longestGap > 0 && random.Next(2) == 0 ? random.Next(60, 120) : -1000;
            for (var pod = random.Next(1, 3); pod > 0; pod--)
            {
                var offset = random.Next(15_000);
                foreach (var code in new[] { "200", "500", "503" })
                {
                    var samples = tsdb.Add("requests_total", ("service", $"s{service}"), ("code", code), ("job", "j"), ("instance", $"s{service}-{pod}"));
                    double value = random.Next(1000);
                    for (var scrape = 0; scrape < (Steps + 5) * 4; scrape++)
                    {
                        value = random.Next(30) == 0 ? random.Next(5) : value + random.Next(20);
                        if (longestGap == 0 || ((scrape < outage || scrape > outage + longestGap) && random.Next(8) > 0))
                            samples.Add(new Sample(start + offset + (scrape * 15_000), value));
                    }
                }
            }
        }

        return tsdb;
    }

    private void AssertSame(FakeTsdb tsdb, StepGrid grid, int[] services, SliReadResult result, long known)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var window = new StepWindow(grid, Duration.FromMinutes(5));
        var all = tsdb.Series.Where(s => s.Labels.Name == "requests_total" && s.Samples.Count > 0).ToList();
        bool IsAlive(long step) => tsdb.Series.Exists(s => s.Samples.Exists(p => p.Time <= now && p.Time / 60_000 == step));
        for (var i = 0; i < services.Length; i++)
        {
            List<CounterSeries> Of(string code) =>
            [
                .. all.Where(s => s.Labels["service"] == $"s{services[i]}" && s.Labels["code"].StartsWith(code, StringComparison.Ordinal))
                    .Select(s => new CounterSeries(TargetIdentity.Of(s.Labels["job"], s.Labels["instance"]), [.. s.Samples.Where(p => p.Time >= known && p.Time <= now).Select(p => new CounterSample(p.Time, p.Value))])),
            ];
            var expected = new SliCell[grid.Count];
            new IndicatorCells(window, targets: null, IsAlive).Fill(Of("5"), Of(""), expected);
            for (var n = 0; n < grid.Count; n++)
                AssertSame(expected[n], result.Table.Row(i)[n], grid.First + n);
        }
    }

    private static void AssertSame(SliCell expected, SliCell actual, long step)
    {
        Assert.True(expected.State == actual.State && expected.Absent == actual.Absent && expected.IsRecovered == actual.IsRecovered, $"step {step}: {expected} / {actual}");
        Assert.True(Math.Abs(expected.First - actual.First) < 1e-9 && Math.Abs(expected.Second - actual.Second) < 1e-9, $"step {step}: {expected} / {actual}");
    }
}
