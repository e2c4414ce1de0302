using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Http;

/// <summary>What the source asks a server, and what it makes of the answers.</summary>
public sealed class PrometheusSourceTests
{
    private static readonly Duration Step = Duration.FromMinutes(1);
    private static readonly StepGrid Grid = new(28_000_000, 3, Step);
    private readonly FakeTimeProvider time = new(Grid.End.Plus(Duration.FromSeconds(30)).ToDateTimeOffset());

    [Fact]
    public async Task Raw_samples_are_asked_for_once_per_selector()
    {
        await using var server = new FakeHttpServer(r => Matrix(Samples(r, "i1", every: 15)));
        await using var host = Host(server);
        await host.ReadAsync("prometheus", Grid, ("a", "b"), ("c", "b"));

        Assert.All(server.Requests, r => Assert.Equal("/prefix/api/v1/query", r.Path));
        Assert.Equal(["a[510001ms]", "b[510001ms]", "c[510001ms]"], server.Requests.Select(r => r.Form("query")).Order(StringComparer.Ordinal));

        // What was sampled since the grid's end is read as well; nothing lies in the future.
        var now = (time.GetUtcNow().ToUnixTimeMilliseconds() / 1000m).ToString("0.000", CultureInfo.InvariantCulture);
        Assert.All(server.Requests, r => Assert.Equal(now, r.Form("time")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task No_more_queries_are_under_way_than_is_allowed(int most)
    {
        // All that are ready to go have gone when the request comes back to us, or when the last of them has arrived.
        var (gate, sync) = (new TaskCompletionSource(), new Lock());
        var (underWay, arrived, mostSeen) = (0, 0, 0);
        var host = new SourceHost(time);
        await using var owned = host;
        host.AddPrometheus("prometheus", o => (o.BaseAddress, o.MaximumConcurrency, o.Reading) = (new Uri("http://x"), most, PrometheusReading.Raw), http => http
            .ConfigurePrimaryHttpMessageHandler(() => new Answering(async () =>
            {
                lock (sync)
                    (underWay, arrived, mostSeen) = (underWay + 1, arrived + 1, Math.Max(mostSeen, underWay + 1));
                await gate.Task;
                lock (sync)
                    underWay--;
                return new HttpResponseMessage { Content = new StringContent("{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}") };
            })));
        var reading = host.ReadAsync("prometheus", Grid, [.. Enumerable.Range(0, 6).Select(i => ($"a{i}", $"b{i}")), ("sum(a[$window])", "sum(b[$window])")]);
        await Wait.UntilAsync(() => Volatile.Read(ref arrived) >= most, "the first queries");
        gate.SetResult();
        await reading;
        Assert.Equal(most, mostSeen);
        Assert.InRange(arrived, 14, 16);
    }

    [Fact]
    public async Task Counts_warnings_clock_and_newest_sample_are_told()
    {
        var start = Grid.Start.ToUnixTimeSeconds();
        var bad = Series("bad", "i1", (start - 10, "1"), (start + 5, "3"));
        var valid = Series("valid", "i1", (start - 10, "1e+06"), (start + 5, "1000010"), (start + 65, "NaN"), (start + 70, "5"), (start + 130, "7.5"));
        await using var server = new FakeHttpServer(r => Matrix(
            r.Form("query").StartsWith("bad", StringComparison.Ordinal) ? bad : valid,
            ",\"warnings\":[\"PromQL warning: careful\"],\"infos\":[\"PromQL warning: careful\",\"fyi\"]",
            $"Date: {Grid.End.Plus(Duration.FromSeconds(27)).ToDateTimeOffset():R}\r\n"));
        await using var host = Host(server);
        var result = await host.ReadAsync("prometheus", Grid, ("bad", "valid"));

        Assert.Equal(["PromQL warning: careful", "fyi"], result.Warnings);
        Assert.Equal(Duration.FromSeconds(-3), result.ClockOffset);
        Assert.Equal(Instant.FromUnixTimeSeconds(start + 130), Assert.Single(result.Outcomes).NewestSample);
        Assert.Equal(
            [new SliCell(StepState.Measured, 2, 10), new SliCell(StepState.Measured, 0, 5), new SliCell(StepState.Measured, 0, 2.5)],
            result.Table.Row(0).ToArray());
    }

    [Fact]
    public async Task Signs_of_life_are_asked_for_only_when_a_step_has_no_sample()
    {
        await using var server = new FakeHttpServer(r => Matrix(Samples(r, "x", every: 15)));
        await using var host = Host(server);
        await host.ReadAsync("prometheus", Grid, ("a", "b"));
        Assert.DoesNotContain(server.Requests, r => r.Path.EndsWith("query_range", StringComparison.Ordinal));

        server.Respond = _ => Matrix("");
        await using var another = Host(server);
        await another.ReadAsync("prometheus", Grid, ("a", "b"));
        Assert.Single(server.Requests, r => r.Path.EndsWith("query_range", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Series_that_are_gone_while_the_server_lives_are_missing_and_an_outage_is_unmeasured()
    {
        var first = Grid.Start.ToUnixTimeSeconds();
        await using var server = new FakeHttpServer(r => r.Path.EndsWith("query_range", StringComparison.Ordinal)
            ? Matrix($$"""{"metric":{},"values":[[{{first}}59.999,"4"],[{{first + 179}}.999,"4"]]}""".Replace($"{first}59", $"{first + 59}", StringComparison.Ordinal))
            : Matrix(""));
        await using var host = Host(server);
        var result = await host.ReadAsync("prometheus", Grid, ("bad", "valid"));
        Assert.Equal([StepState.Missing, StepState.Unmeasured, StepState.Missing], result.Table.Row(0).ToArray().Select(c => c.State));
        Assert.Null(Assert.Single(result.Outcomes).NewestSample);
    }

    [Fact]
    public async Task Without_signs_of_life_nothing_is_claimed()
    {
        await using var server = new FakeHttpServer(r => r.Path.EndsWith("query_range", StringComparison.Ordinal)
            ? FakeResponse.Text("no", "text/plain", 503)
            : Matrix(""));
        await using var host = Host(server);
        var result = await host.ReadAsync("prometheus", Grid, ("bad", "valid"));
        Assert.True(Assert.Single(result.Outcomes).IsRead);
        Assert.All(result.Table.Row(0).ToArray(), c => Assert.Equal(StepState.Unmeasured, c.State));
    }

    private SourceHost Host(FakeHttpServer server)
    {
        var host = new SourceHost(time);
        host.AddPrometheus(o => (o.BaseAddress, o.Reading) = (new Uri(server.Address, "/prefix"), PrometheusReading.Raw));
        return host;
    }

    /// <summary>A counter sampled regularly over all that was asked for.</summary>
    private static string Samples(FakeRequest request, string instance, int every)
    {
        var latest = (long)double.Parse(request.Form("time"), CultureInfo.InvariantCulture);
        return Series(request.Form("query").Split('[')[0], instance, [.. Enumerable.Range(0, 34).Select(i => (latest - (i * every), "7")).Reverse()]);
    }

    private static string Series(string name, string instance, params (long Time, string Value)[] samples)
    {
        var values = string.Join(',', samples.Select(s => $"[{s.Time},\"{s.Value}\"]"));
        return "{\"metric\":{\"__name__\":\"" + name + "\",\"instance\":\"" + instance + "\",\"job\":\"j\"},\"values\":[" + values + "]}";
    }

    private static FakeResponse Matrix(string series, string more = "", string headers = "") =>
        FakeResponse.Text(
            "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[" + series + "]}" + more + "}",
            "application/json",
            headers: headers);

    private sealed class Answering(Func<Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer();
    }
}
