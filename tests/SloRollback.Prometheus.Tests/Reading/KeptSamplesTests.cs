using System.Globalization;
using System.Net;
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

/// <summary>What is kept from one read to the next does no harm when answers break off, come late, or are stopped.</summary>
public sealed class KeptSamplesTests
{
    private const long FirstStep = 28_000_000;
    private const long Start = FirstStep * 60_000;
    private static readonly Duration Step = Duration.FromMinutes(1);
    private readonly FakeTimeProvider time = new(Instant.FromUnixTimeSeconds(FirstStep * 60).ToDateTimeOffset());

    [Fact]
    public async Task A_process_that_began_after_the_first_sample_says_nothing_of_it()
    {
        var tsdb = new FakeTsdb(time);
        var samples = tsdb.Add("requests_total", ("job", "j"), ("instance", "a"));
        var starts = tsdb.Add("process_start_time_seconds", ("job", "j"), ("instance", "a"));
        (long At, double Value, double Began)[] scrapes = [(15, 1_000_000, 5), (30, 1_000_010, 5), (45, 3, (Start / 1000) + 40)];
        foreach (var (at, value, began) in scrapes)
        {
            samples.Add(new Sample(Start + 600_000 + (at * 1000), value));
            starts.Add(new Sample(Start + 600_000 + (at * 1000), began == 5 ? 5 : began + 600));
        }

        await using var host = Host(tsdb);
        Assert.Equal(13, (await ReadAsync(host, 10, 1)).Sum(c => c.First));
    }

    [Fact]
    public async Task What_appeared_in_an_answer_that_broke_off_counts_from_its_beginning_still()
    {
        var tsdb = new FakeTsdb(time);
        var old = tsdb.Add("requests_total", ("job", "j"), ("instance", "old"));
        for (var at = Start; at < Start + 1_200_000; at += 15_000)
            old.Add(new Sample(at, 0));
        await using var host = Host(tsdb);
        await ReadAsync(host, 10, 1);

        var (samples, began) = (tsdb.Add("requests_total", ("job", "j"), ("instance", "new")), Start + 660_000);
        tsdb.Add("process_start_time_seconds", ("job", "j"), ("instance", "new")).Add(new Sample(began + 10_000, began / 1000));
        samples.Add(new Sample(began + 10_000, 7));
        var text = string.Create(CultureInfo.InvariantCulture, $"[{(began + 10_000) / 1000m},\"7\"]");
        tsdb.Fault = q => q.StartsWith("requests", StringComparison.Ordinal)
            ? Answer($"{{\"status\":\"success\",\"data\":{{\"resultType\":\"matrix\",\"result\":[{{\"metric\":{{\"__name__\":\"requests_total\",\"job\":\"j\",\"instance\":\"new\"}},\"values\":[{text}]}},")
            : new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        await ReadAsync(host, 11, 1, isRead: false);
        tsdb.Fault = _ => null;
        Assert.Equal(7, (await ReadAsync(host, 11, 1))[0].First);
    }

    [Fact]
    public async Task Samples_that_all_come_minutes_late_are_not_passed_over()
    {
        var tsdb = new FakeTsdb(time);
        var samples = tsdb.Add("requests_total", ("job", "j"), ("instance", "a"));
        samples.AddRange([new Sample(Start + 480_000, 90), new Sample(Start + 540_000, 100)]);
        await using var host = Host(tsdb);
        await ReadAsync(host, 8, 4);
        samples.AddRange([new Sample(Start + 690_000, 150), new Sample(Start + 700_000, 5), new Sample(Start + 735_000, 40)]);
        Assert.Equal(35, (await ReadAsync(host, 12, 1))[0].First);
    }

    [Fact]
    public async Task Whoever_is_stopped_does_not_leave_while_its_answer_is_still_coming_in()
    {
        var tsdb = new FakeTsdb(time);
        tsdb.Add("requests_total", ("job", "j"), ("instance", "a")).Add(new Sample(Start + 600_000, 1));
        var (asked, late) = (new TaskCompletionSource(), new TaskCompletionSource());
        var host = new SourceHost(time);
        await using var ownedHost = host;
        var count = 0;
        host.AddPrometheus("prometheus", o => (o.BaseAddress, o.Reading) = (new Uri("http://tsdb"), PrometheusReading.Raw), http => http
            .ConfigurePrimaryHttpMessageHandler(() => tsdb)
            .AddHttpMessageHandler(() => new Interceptor(async (form, ct) =>
            {
                if (form.Contains("gauge", StringComparison.Ordinal))
                {
                    await Task.Delay(System.Threading.Timeout.Infinite, ct);
                }
                else if (Interlocked.Increment(ref count) == 1)
                {
                    asked.SetResult();
                    await late.Task;
                }
            })));
        var grid = new StepGrid(FirstStep + 10, 1, Step);
        time.SetUtcNow(grid.End.Plus(Duration.FromSeconds(30)).ToDateTimeOffset());
        var counters = SourceHost.Request(grid, ("requests_total", "requests_total"));
        using var stop = new CancellationTokenSource();
        var first = host.Source().ReadAsync(
            counters with { Queries = [.. counters.Queries, new SliQuery { Id = "g", Indicator = new GaugeIndicator { Gauge = "gauge" } }] }, stop.Token);
        await asked.Task;
        await stop.CancelAsync();
        var second = host.Source().ReadAsync(counters, TestContext.Current.CancellationToken);
        Assert.False(first.IsCompleted);
        Assert.Equal(1, count);
        late.SetResult();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.True((await second).Outcomes[0].IsRead);
    }

    [Fact]
    public async Task Halves_are_put_together_again_after_an_hour()
    {
        var tsdb = new FakeTsdb(time);
        tsdb.Add("requests_total", ("job", "j"), ("instance", "a"), ("code", "200")).Add(new Sample(Start, 1));
        await using var host = Host(tsdb);
        tsdb.Fault = _ => new HttpResponseMessage(HttpStatusCode.UnprocessableEntity) { Content = new StringContent("{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"too many samples\"}") };
        await ReadAsync(host, 10, 1, isRead: false, "requests_total{code=\"500\"}", "requests_total{code=\"200\"}");
        tsdb.Fault = _ => null;
        for (var step = 11; step < 80; step++)
        {
            tsdb.Queries.Clear();
            await ReadAsync(host, step, 1, isRead: true, "requests_total{code=\"500\"}", "requests_total{code=\"200\"}");
        }

        Assert.Single(tsdb.Queries, q => q.StartsWith("requests_total", StringComparison.Ordinal));
    }

    [Fact]
    public void Series_that_nobody_asked_for_are_forgotten_when_they_are_gone()
    {
        var plan = ReadPlanner.Plan([new SelectorPair("m{a=\"1\",b=\"1\"}", "m{a=\"2\",b=\"2\"}")], 1000);
        var store = new SeriesStore(plan.Reads.Single());
        for (var read = 0L; read < 1000; read++)
        {
            store.BeginRead();
            foreach (var b in new[] { 1, 2 })
                store.Add(Encoding.UTF8.GetBytes($"{{\"__name__\":\"m\",\"a\":\"1\",\"b\":\"{b}\",\"job\":\"j\",\"instance\":\"{read}\"}}"), [new Sample(read * 60_000, 1)]);
            store.Forget(read * 60_000, (read - 100) * 60_000);
        }

        Assert.InRange(store.Count, 100, 200);
    }

    private static HttpResponseMessage Answer(string text) => new() { Content = new StringContent(text, Encoding.UTF8, "application/json") };

    private async Task<SliCell[]> ReadAsync(SourceHost host, int first, int count, bool isRead = true, string bad = "requests_total", string valid = "requests_total")
    {
        var grid = new StepGrid(FirstStep + first, count, Step);
        if (grid.End.Plus(Duration.FromSeconds(30)).ToDateTimeOffset() is var now && now > time.GetUtcNow())
            time.SetUtcNow(now);
        var result = await host.ReadAsync("prometheus", grid, (bad, valid));
        Assert.True(result.Outcomes[0].IsRead == isRead, result.Outcomes[0].Detail);
        return isRead ? result.Table.Row(0).ToArray() : [];
    }

    private static SourceHost Host(FakeTsdb tsdb)
    {
        var host = new SourceHost(tsdb.Time);
        host.AddPrometheus(
            "prometheus",
            o => (o.BaseAddress, o.Reading) = (new Uri("http://tsdb"), PrometheusReading.Raw),
            http => http.ConfigurePrimaryHttpMessageHandler(() => tsdb));
        return host;
    }

    private sealed class Interceptor(Func<string, CancellationToken, Task> before) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await before(await request.Content!.ReadAsStringAsync(CancellationToken.None), cancellationToken);
            return await base.SendAsync(request, CancellationToken.None);
        }
    }
}
