using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Reading;

/// <summary>A server that refuses is asked who is at fault, and never more than it can bear.</summary>
public sealed class RefusedReadTests
{
    private const string TooMany = "query processing would load too many samples into memory in query execution";
    private const int MostQuestions = 64;
    private const long FirstStep = 28_000_000;
    private const long Start = FirstStep * 60_000;
    private static readonly Duration Step = Duration.FromMinutes(1);
    private readonly FakeTimeProvider time = new(Instant.FromUnixTimeSeconds(FirstStep * 60).ToDateTimeOffset());

    [Theory]
    [InlineData(408, "timeout", "limit of time exceeded")]
    [InlineData(429, "too_many_requests", "request rate limit exceeded")]
    [InlineData(429, "execution", "too many samples")]
    [InlineData(500, "execution", "too many samples")]
    [InlineData(500, "internal", "the query hit the max number of series limit")]
    [InlineData(503, "unavailable", "limit exceeded")]
    public async Task Who_is_busy_is_not_asked_more(int status, string type, string error)
    {
        var tsdb = new FakeTsdb(time) { Fault = q => IsRead(q) ? Refusal(error, type, status) : null };
        await using var host = Host(tsdb, PrometheusReading.Raw);
        for (var step = 10; step < 13; step++)
        {
            tsdb.Queries.Clear();
            await ReadAsync(host, step, Services(300));
            Assert.Single(tsdb.Queries, IsRead);
        }
    }

    [Fact]
    public async Task When_all_is_refused_the_search_ends_and_is_repeated_after_longer_and_longer_pauses()
    {
        var tsdb = new FakeTsdb(time) { Fault = q => IsRead(q) || q.StartsWith("count(", StringComparison.Ordinal) ? Refusal(TooMany) : null };
        await using var host = Host(tsdb, PrometheusReading.Auto);
        var (searches, counts) = (new List<int>(), 0);
        for (var tick = 0; tick < 200; tick++)
        {
            tsdb.Queries.Clear();
            var result = await ReadAsync(host, 10 + tick, Services(300));
            Assert.All(result.Outcomes, o => Assert.Contains("too many samples", o.Detail, StringComparison.Ordinal));
            var questions = tsdb.Queries.Count(IsRead);
            Assert.InRange(questions, 1, 1 + MostQuestions);
            counts += tsdb.Queries.Count(q => q.StartsWith("count(requests", StringComparison.Ordinal));
            if (questions > 1)
                searches.Add(tick);
        }

        Assert.Equal([0, 2, 5, 10, 19, 36, 69, 130, 191], searches);
        Assert.InRange(counts, 1, 4);

        // A pause delays nobody when the server answers again.
        tsdb.Fault = _ => null;
        Assert.All((await ReadAsync(host, 210, Services(300))).Outcomes, o => Assert.True(o.IsRead, o.Detail));
    }

    [Theory]
    [InlineData(PrometheusReading.Raw, 0)]
    [InlineData(PrometheusReading.Raw, 417)]
    [InlineData(PrometheusReading.Aggregated, 417)]
    [InlineData(PrometheusReading.Raw, 999)]
    public async Task One_of_a_thousand_that_is_refused_is_found_at_once(PrometheusReading reading, int bad)
    {
        var tsdb = new FakeTsdb(time) { Fault = q => IsRead(q) && Names(q, bad) ? Refusal("bad") : null };
        await using var host = Host(tsdb, reading, o => o.MaximumSelectorsPerQuery = 10_000);
        var services = Services(1000);
        var result = await ReadAsync(host, 10, services);
        Assert.Equal([$"q{bad}"], result.Outcomes.Select((o, i) => (o, i)).Where(o => !o.o.IsRead).Select(o => $"q{o.i}"));
        Assert.InRange(tsdb.Queries.Count(IsRead), 2, 40);

        // The engine reads what it lacks apart from the others.
        for (var step = 11; step < 14; step++)
        {
            tsdb.Queries.Clear();
            Assert.All((await ReadAsync(host, step, [.. services.Where((_, i) => i != bad)])).Outcomes, o => Assert.True(o.IsRead, o.Detail));
            Assert.False((await ReadAsync(host, 10, step - 9, services[bad])).Outcomes[0].IsRead);
            Assert.InRange(tsdb.Queries.Count(IsRead), 2, 25);
        }
    }

    [Fact]
    public async Task Of_many_that_are_refused_some_are_found_at_each_step_until_all_others_are_read()
    {
        var tsdb = new FakeTsdb(time);
        int[] bad = [.. Enumerable.Range(0, 60).Select(i => i * 5)];
        tsdb.Fault = q => IsRead(q) && bad.Any(b => Names(q, b)) ? Refusal("bad") : null;
        await using var host = Host(tsdb, PrometheusReading.Raw);
        var read = new List<int>();
        for (var step = 10; step < 30; step++)
        {
            tsdb.Queries.Clear();
            var result = await ReadAsync(host, step, Services(300));
            Assert.InRange(tsdb.Queries.Count(q => IsRead(q) && bad.Any(b => Names(q, b))), 1, MostQuestions);
            read.Add(result.Outcomes.Count(o => o.IsRead));
        }

        Assert.Equal(read.Order(), read);
        Assert.InRange(read[0], 10, 200);
        Assert.Equal(240, read[^1]);
    }

    [Fact]
    public async Task Parts_stay_until_the_whole_is_answered()
    {
        var tsdb = new FakeTsdb(time);
        HttpResponseMessage? Whole(string q, HttpResponseMessage fault) => IsRead(q) && Names(q, 0) && Names(q, 1) ? fault : null;
        tsdb.Fault = q => Whole(q, Refusal(TooMany));
        await using var host = Host(tsdb, PrometheusReading.Raw);
        var whole = new List<int>();
        for (var step = 10; step < 210; step++)
        {
            // Only then it fails for a reason that has nothing to do with its size.
            if (step == 20)
                tsdb.Fault = q => Whole(q, Refusal("query timed out in expression evaluation", "timeout", 503));
            tsdb.Queries.Clear();
            Assert.All((await ReadAsync(host, step, Services(2))).Outcomes, o => Assert.True(o.IsRead, o.Detail));
            if (tsdb.Queries.Exists(q => IsRead(q) && Names(q, 0) && Names(q, 1)))
                whole.Add(step);
        }

        Assert.Equal([10, 71, 132, 193], whole);
    }

    // s0 has a replica that is away for 12 minutes; 60 of its 480 events, of 10 in 15 s, are of the step in which it comes back.
    [Theory]
    [InlineData(-1, 0)]
    [InlineData(26, 30)]
    [InlineData(26, 1000)]
    [InlineData(19, 25)]
    public async Task What_was_kept_of_a_neighbour_is_kept_when_a_read_is_cut_and_put_together_again(int from, int until)
    {
        var tsdb = new FakeTsdb(time);
        Target(tsdb, "a", "s0", _ => true);
        Target(tsdb, "b", "s0", at => at < Start + (20 * 60_000) || at >= Start + (32 * 60_000));
        Target(tsdb, "n", "s1", _ => true);
        await using var host = Host(tsdb, PrometheusReading.Raw);
        var bad = 0.0;
        for (var step = 10; step <= 32; step++)
        {
            tsdb.Fault = q => step >= from && step < until && IsRead(q) && Names(q, 1) ? Refusal(TooMany) : null;
            var result = await ReadAsync(host, step, Services(2));
            Assert.True(result.Outcomes[0].IsRead, result.Outcomes[0].Detail);
            bad = result.Table.Row(0)[0].First;
        }

        Assert.Equal(107.7, bad, 1);
    }

    [Fact]
    public async Task The_plan_tells_the_parts()
    {
        var tsdb = new FakeTsdb(time) { Fault = q => IsRead(q) && Names(q, 1) ? Refusal("bad") : null };
        await using var host = Host(tsdb, PrometheusReading.Raw);
        await ReadAsync(host, 10, Services(3));
        var plan = ((IExplainedSource)host.Source()).Explain(Request(10, 1, Services(3)).Queries);
        Assert.Contains("requests_total{service=\"s1\"} for 1 selector", plan, StringComparison.Ordinal);
        Assert.Contains("requests_total{service=\"s0\"} for ", plan, StringComparison.Ordinal);
    }

    private static bool IsRead(string query) => query.StartsWith("requests_total{", StringComparison.Ordinal) || query.StartsWith("sum by", StringComparison.Ordinal);

    private static bool Names(string query, int service) =>
        query.Contains($"\"s{service}\"", StringComparison.Ordinal) || query.Contains($"\"s{service}|", StringComparison.Ordinal)
            || query.Contains($"|s{service}|", StringComparison.Ordinal) || query.Contains($"|s{service}\"", StringComparison.Ordinal);

    private static HttpResponseMessage Refusal(string error, string type = "execution", int status = 422) =>
        new((HttpStatusCode)status) { Content = new StringContent($"{{\"status\":\"error\",\"errorType\":\"{type}\",\"error\":\"{error}\"}}") };

    private static string[] Services(int count) => [.. Enumerable.Range(0, count).Select(i => $"s{i}")];

    private static SliReadRequest Request(int first, int count, string[] services) => SourceHost.Request(
        new StepGrid(FirstStep + first, count, Step), [.. services.Select(s => ($"requests_total{{service=\"{s}\",code=~\"5..\"}}", $"requests_total{{service=\"{s}\"}}"))]);

    private static void Target(FakeTsdb tsdb, string instance, string service, Func<long, bool> isScraped)
    {
        var samples = tsdb.Add("requests_total", ("service", service), ("code", "500"), ("job", "j"), ("instance", instance));
        for (var scrape = 0; scrape < 800; scrape++)
        {
            var at = Start + (scrape * 15_000L) + 3_000;
            if (isScraped(at))
                samples.Add(new Sample(at, 1000 + (scrape * 10)));
        }
    }

    private Task<SliReadResult> ReadAsync(SourceHost host, int step, params string[] services) => ReadAsync(host, step, 1, services);

    private Task<SliReadResult> ReadAsync(SourceHost host, int first, int count, params string[] services)
    {
        var request = Request(first, count, services);
        if (request.Grid.End.Plus(Duration.FromSeconds(30)).ToDateTimeOffset() is var now && now > time.GetUtcNow())
            time.SetUtcNow(now);
        return host.Source().ReadAsync(request, TestContext.Current.CancellationToken);
    }

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
}
