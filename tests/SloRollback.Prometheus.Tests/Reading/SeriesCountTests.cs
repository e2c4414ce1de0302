using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Planning;
using SloRollback.Prometheus.Reading;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Reading;

/// <summary>How many series there are decides how they are read: those that are there, not those that were.</summary>
public sealed class SeriesCountTests
{
    private const long FirstStep = 28_000_000;
    private const long Start = FirstStep * 60_000;
    private static readonly Duration Step = Duration.FromMinutes(1);
    private readonly FakeTimeProvider time = new(Instant.FromUnixTimeSeconds(FirstStep * 60).ToDateTimeOffset());

    [Fact]
    public async Task Series_that_are_gone_do_not_count()
    {
        var tsdb = new FakeTsdb(time);
        for (var pod = 0; pod < 10; pod++)
        {
            Target(tsdb, $"old{pod}", step => step < 20);
            Target(tsdb, $"new{pod}", step => step >= 20);
        }

        Assert.Equal(new string('r', 100), await HowAsync(tsdb, 10, 110));
    }

    [Fact]
    public async Task Few_series_are_read_sample_by_sample_again_and_a_few_more_or_less_change_nothing()
    {
        var tsdb = new FakeTsdb(time);
        for (var pod = 0; pod < 12; pod++)
            Target(tsdb, $"a{pod}", _ => true);
        for (var pod = 0; pod < 4; pod++)
            Target(tsdb, $"b{pod}", step => step is >= 20 and < 90);
        Target(tsdb, "c", step => step < 200);

        // 17 series from step 20 to 90, then 13: more than three quarters of 15. From step 200 on they are 12, but from 260 on 11.
        tsdb.Series[0].Samples.RemoveAll(s => s.Time >= Start + (260 * 60_000));
        var how = await HowAsync(tsdb, 10, 400);
        Assert.Equal(new string('r', 10), how[..10]);
        Assert.Equal(new string('S', 240), how[10..250]);
        Assert.Equal(new string('r', 70), how[^70..]);
        Assert.DoesNotContain("rS", how[250..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Series_are_counted_only_now_and_then()
    {
        var tsdb = new FakeTsdb(time);
        for (var pod = 0; pod < 20; pod++)
            Target(tsdb, $"a{pod}", _ => true);
        await HowAsync(tsdb, 10, 131, clear: false);
        Assert.InRange(tsdb.Queries.Count(q => q.StartsWith("count(requests_total", StringComparison.Ordinal)), 2, 3);
    }

    [Fact]
    public void What_nobody_asked_for_counts_as_long_as_it_is_there()
    {
        var store = new SeriesStore(ReadPlanner.Plan([new SelectorPair("m{a=\"1\",b=\"1\"}", "m{a=\"2\",b=\"2\"}")], 1000).Reads.Single());
        void Answer(long minute, params int[] pods)
        {
            store.BeginAnswer();
            foreach (var pod in pods)
            {
                foreach (var b in new[] { 1, 2 })
                    store.Add(Encoding.UTF8.GetBytes($"{{\"__name__\":\"m\",\"a\":\"1\",\"b\":\"{b}\",\"instance\":\"{pod}\"}}"), [new Sample(minute * 60_000, 1)]);
            }
        }

        Answer(1, 1, 2, 3);
        Assert.Equal(6, store.Sampled(15_000));
        Answer(2, 3);
        Assert.Equal((2, 6), (store.Sampled(15_000), store.Count));
    }

    [Fact]
    public void Labels_of_sums_that_are_gone_are_forgotten()
    {
        var rows = new AggregatedRows(ReadPlanner.Plan([new SelectorPair("m{pod=~\"shop-.*\",code=\"500\"}", "m{pod=~\"shop-.*\"}")], 1000).Reads.Single());
        for (var answer = 0; answer < 1000; answer++)
        {
            rows.BeginRead(new StepWindow(answer, 1, 60_000, 300_000), 15_000);
            for (var pod = 0; pod < 10; pod++)
                rows.Add(Encoding.UTF8.GetBytes($"{{\"pod\":\"shop-{answer}-{pod}\",\"code\":\"500\"}}"), [new Sample(answer * 60_000, 1)]);
            Assert.InRange(rows.Remembered, 1, 600);
        }
    }

    private static void Target(FakeTsdb tsdb, string instance, Func<int, bool> isScraped)
    {
        var samples = tsdb.Add("requests_total", ("service", "s0"), ("code", "500"), ("job", "j"), ("instance", instance));
        for (var scrape = 0; scrape < 1700; scrape++)
        {
            if (isScraped(scrape / 4))
                samples.Add(new Sample(Start + (scrape * 15_000L) + 3_000, 1000 + scrape));
        }
    }

    // r for samples, S for sums, of one step after the other; of 15 series at most samples are read.
    private async Task<string> HowAsync(FakeTsdb tsdb, int first, int end, bool clear = true)
    {
        await using var host = new SourceHost(tsdb.Time);
        host.AddPrometheus("prometheus", o => (o.BaseAddress, o.MaximumRawSeries) = (new Uri("http://tsdb"), 15), http => http.ConfigurePrimaryHttpMessageHandler(() => tsdb));
        var how = new StringBuilder();
        for (var step = first; step < end; step++)
        {
            if (clear)
                tsdb.Queries.Clear();
            var grid = new StepGrid(FirstStep + step, 1, Step);
            time.SetUtcNow(grid.End.Plus(Duration.FromSeconds(30)).ToDateTimeOffset());
            Assert.True((await host.ReadAsync("prometheus", grid, ("requests_total{code=~\"5..\"}", "requests_total"))).Outcomes[0].IsRead);
            how.Append(tsdb.Queries.Exists(q => q.StartsWith("sum", StringComparison.Ordinal)) ? 'S' : 'r');
        }

        return how.ToString();
    }
}
