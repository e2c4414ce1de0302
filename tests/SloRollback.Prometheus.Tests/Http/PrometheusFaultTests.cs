using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Http;

/// <summary>Whatever a server does, the answer is an outcome: no exception but the caller's own cancellation.</summary>
public sealed class PrometheusFaultTests
{
    private const string OneSample = """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[0,"1"]""";
    private const string Empty = """{"status":"success","data":{"resultType":"matrix","result":[]}}""";
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);
    private static readonly StepGrid Grid = new(28_000_000, 2, Duration.FromMinutes(1));

    [Fact]
    public async Task A_refused_connection_is_unreachable()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        listener.Stop();
        await using var host = Host(address);
        AssertFailed(await ReadOneAsync(host), UnmeasuredReason.Unreachable, isTransient: true, "refused");
    }

    [Fact]
    public Task A_reset_in_the_middle_of_the_body_is_unreachable() =>
        FaultAsync(FakeResponse.Text(Empty[..20], "application/json", length: 5000) with { IsReset = true }, UnmeasuredReason.Unreachable, isTransient: true);

    [Fact]
    public Task A_body_that_breaks_off_is_unreachable() =>
        FaultAsync(FakeResponse.Text(Empty[..20], "application/json", length: 5000), UnmeasuredReason.Unreachable, isTransient: true);

    [Fact]
    public Task What_is_not_even_http_is_unreachable() => FaultAsync(new FakeResponse("nonsense\r\n\r\n"u8.ToArray()), UnmeasuredReason.Unreachable, isTransient: true);

    [Fact]
    public Task No_answer_in_time_is_a_timeout() => FaultAsync(new FakeResponse([]) { Hangs = true }, UnmeasuredReason.Timeout, isTransient: true, "00:00:00.3");

    [Fact]
    public Task A_body_that_trickles_is_a_timeout() =>
        FaultAsync(FakeResponse.Text(Empty[..20], "application/json", length: 5000) with { Hangs = true }, UnmeasuredReason.Timeout, isTransient: true);

    [Fact]
    public async Task A_body_that_trickles_without_end_is_a_timeout()
    {
        var time = new FakeTimeProvider(Grid.End.ToDateTimeOffset());
        await using var server = new FakeHttpServer(_ => FakeResponse.Text(Empty[..20], "application/json", length: 40_000) with
        {
            Continue = async (stream, stop) =>
            {
                while (true)
                {
                    await stream.WriteAsync(" "u8.ToArray(), stop);
                    time.Advance(TimeSpan.FromMilliseconds(50));
                }
            },
        });
        await using var host = Host(server.Address, Short, time);
        AssertFailed(await ReadOneAsync(host), UnmeasuredReason.Timeout, isTransient: true, "00:00:00.3");
    }

    [Fact]
    public async Task A_gigabyte_is_refused_after_the_limit_and_no_more_of_it_is_taken()
    {
        long written = 0;
        var block = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 4000).Select(i => $",[{i},\"{i}.25\"]")));
        await using var server = new FakeHttpServer(_ => FakeResponse.Text(OneSample, "application/json", length: 1_000_000_000) with
        {
            Continue = async (stream, stop) =>
            {
                for (; written < 1_000_000_000; written += block.Length)
                    await stream.WriteAsync(block, stop);
            },
        });
        await using var host = Host(server.Address);
        AssertFailed(await ReadOneAsync(host), UnmeasuredReason.InvalidAnswer, isTransient: false, "MaximumAnswerBytes (50000 bytes)");
        Assert.InRange(Volatile.Read(ref written), 0, 100_000_000);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public Task Refused_credentials_are_unauthorized(int status) => FaultAsync(FakeResponse.Text("no", "text/plain", status), UnmeasuredReason.Unauthorized, isTransient: false);

    [Theory]
    [InlineData(400, "bad_data", UnmeasuredReason.QueryRejected, false)]
    [InlineData(422, "execution", UnmeasuredReason.QueryRejected, false)]
    [InlineData(422, "", UnmeasuredReason.QueryRejected, false)]
    [InlineData(503, "timeout", UnmeasuredReason.Timeout, true)]
    [InlineData(499, "canceled", UnmeasuredReason.Timeout, true)]
    [InlineData(503, "unavailable", UnmeasuredReason.SourceError, true)]
    [InlineData(500, "internal", UnmeasuredReason.SourceError, true)]
    [InlineData(404, "not_found", UnmeasuredReason.SourceError, false)]
    [InlineData(200, "internal", UnmeasuredReason.SourceError, true)]
    public Task The_servers_own_errors_keep_their_type_and_text(int status, string type, UnmeasuredReason reason, bool isTransient) =>
        FaultAsync(FakeResponse.Json($$"""{"status":"error","errorType":"{{type}}","error":"it went\nwrong"}""", status), reason, isTransient, $"{type}: it went wrong");

    [Theory]
    [InlineData(404, false)]
    [InlineData(502, true)]
    [InlineData(429, true)]
    [InlineData(499, false)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    public Task Errors_of_something_in_between_show_its_words(int status, bool isTransient) =>
        FaultAsync(FakeResponse.Text("<h1>Bad\nGateway</h1>", "text/html", status), UnmeasuredReason.SourceError, isTransient, "text/html", "<h1>Bad Gateway</h1>");

    [Fact]
    public Task Html_instead_of_json_is_named() =>
        FaultAsync(FakeResponse.Text("<!doctype html>\n<title>Log in</title>", "text/html"), UnmeasuredReason.InvalidAnswer, isTransient: true, "text/html", "<!doctype html> <title>Log in");

    [Fact]
    public Task Broken_json_is_an_invalid_answer() => FaultAsync(FakeResponse.Json(Empty[..40]), UnmeasuredReason.InvalidAnswer, isTransient: true, "broken JSON");

    [Theory]
    [InlineData("""{"data":{}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix"}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":{}}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[1]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1]]}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[["1","1"]]}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1e300,"1"]]}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"many"]]}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"job":7},"values":[]}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[]},"warnings":"one"}""")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":null}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":null,"values":[]}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{}}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"values":[[1,"1"]]}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,1]]}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"1"],[2,"1",3]]}]}}""")]
    [InlineData("""{"status":"success","data":[]}""")]
    [InlineData("""{"status":7}""")]
    [InlineData("""["status"]""")]
    public Task Another_shape_is_an_invalid_answer(string json) => FaultAsync(FakeResponse.Json(json), UnmeasuredReason.InvalidAnswer, isTransient: true);

    [Theory]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"1"]}]}}""", "vector")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}""", "scalar")]
    [InlineData("""{"status":"success","data":{"result":[{"metric":{},"histograms":[[1,{}]]}],"resultType":"matrix"}}""", "native histograms")]
    public Task What_is_no_matrix_of_counters_is_rejected(string json, string word) => FaultAsync(FakeResponse.Json(json), UnmeasuredReason.QueryRejected, isTransient: false, word);

    [Fact]
    public Task A_huge_answer_is_refused() =>
        FaultAsync(FakeResponse.Json(Empty + new string(' ', 100_000)), UnmeasuredReason.InvalidAnswer, isTransient: false, "MaximumAnswerBytes");

    [Fact]
    public Task The_same_series_twice_is_an_invalid_answer_that_names_it() => FaultAsync(
        FakeResponse.Json("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"pod":"a"},"values":[[1,"1"]]},{"metric":{"pod":"a"},"values":[[2,"1"]]}]}}"""),
        UnmeasuredReason.InvalidAnswer,
        isTransient: true,
        "the same labels",
        """{"pod":"a"}""");

    [Fact]
    public Task A_text_that_is_not_utf8_is_an_invalid_answer() =>
        FaultAsync(FakeResponse.Raw([.. "{\"status\":\""u8, 0xff, .. "\"}"u8], "application/json"), UnmeasuredReason.InvalidAnswer, isTransient: true, "not UTF-8");

    [Fact]
    public async Task What_the_hosts_handlers_throw_stays_inside_and_is_not_repeated()
    {
        await using var host = new SourceHost();
        host.AddPrometheus("prometheus", o => o.BaseAddress = new Uri("http://localhost:1"), h => h.AddHttpMessageHandler(() => new ThrowingHandler()));
        var outcome = await ReadOneAsync(host);
        AssertFailed(outcome, UnmeasuredReason.Unreachable, isTransient: true, nameof(NotSupportedException));
        Assert.DoesNotContain("s3cret", outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_callers_cancellation_is_the_one_exception()
    {
        await using var server = new FakeHttpServer(_ => new FakeResponse([]) { Hangs = true });
        await using var host = Host(server.Address);
        using var cancelled = new CancellationTokenSource();
        var reading = host.Source().ReadAsync(SourceHost.Request(Grid, ("bad", "valid")), cancelled.Token);
        await Wait.UntilAsync(() => !server.Requests.IsEmpty, "the request");
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Empty(host.Logs.Ids);
    }

    [Fact]
    public async Task One_bad_query_does_not_fail_its_neighbours()
    {
        await using var server = new FakeHttpServer(r => r.Form("query").StartsWith("broken", StringComparison.Ordinal)
            ? FakeResponse.Json("""{"status":"error","errorType":"execution","error":"no"}""", 422)
            : FakeResponse.Json(Empty));
        await using var host = Host(server.Address);
        var result = await host.ReadAsync("prometheus", Grid, ("fine", "also_fine"), ("broken", "fine"), ("rate(x[5m])", "fine"));
        Assert.Equal([UnmeasuredReason.None, UnmeasuredReason.QueryRejected, UnmeasuredReason.QueryRejected], result.Outcomes.Select(o => o.Unmeasured));
        Assert.Equal([new SliRowKey(0)], result.Table.Rows);
    }

    [Theory]
    [InlineData(PrometheusReading.Raw)]
    [InlineData(PrometheusReading.Aggregated)]
    public async Task Series_without_the_expected_labels_are_nobodys(PrometheusReading reading)
    {
        // 10 events from sample to sample, 15 s apart, of a service, and of something that does not say whose it is or is not the metric at all.
        var start = Grid.First * 60;
        string Samples(int from, int factor) => string.Join(',', Enumerable.Range(from, 28 - from).Select(i => $"[{start - 300 + (i * 15)},\"{i * 10 * factor}\"]"));
        string Series(string labels, int factor) => $"{{\"metric\":{{{labels}}},\"values\":[{Samples(0, factor)}]}}";
        await using var server = new FakeHttpServer(r => FakeResponse.Json(!r.Form("query").Contains("requests", StringComparison.Ordinal)
            ? Empty
            : Empty.Replace("[]", $"[{Series("", 1000)},{Series("\"__name__\":\"requests\"", 1000)},{Series("\"__name__\":\"other\",\"service\":\"b\"", 1000)},"
                + $"{Series("\"__name__\":\"requests\",\"service\":\"a\",\"code\":\"500\"", 1)}]", StringComparison.Ordinal)));
        await using var host = Host(server.Address);
        host.Services.Configure<PrometheusOptions>("prometheus", o => o.Reading = reading);
        var result = await host.ReadAsync("prometheus", Grid, ("requests{service=\"a\",code=\"500\"}", "requests{service=\"a\"}"), ("requests{service=\"c\",code=\"500\"}", "requests{service=\"c\"}"));
        Assert.All(result.Outcomes, o => Assert.True(o.IsRead, o.Detail));
        Assert.All(result.Table.Row(1).ToArray(), c => Assert.NotEqual(StepState.Measured, c.State));
        if (reading == PrometheusReading.Raw)
            Assert.All(result.Table.Row(0).ToArray(), c => Assert.Equal((40, 40), (c.First, c.Second)));
    }

    [Fact]
    public async Task Headers_are_sent_and_neither_logged_nor_repeated()
    {
        await using var server = new FakeHttpServer(_ => FakeResponse.Text("", "text/plain", 401));
        await using var host = Host(server.Address);
        host.Services.Configure<PrometheusOptions>("prometheus", o => o.Headers["Authorization"] = "Bearer s3cret");
        var outcome = await ReadOneAsync(host);

        Assert.DoesNotContain("s3cret", outcome.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Logs.Entries, e => e.Text.Contains("s3cret", StringComparison.Ordinal));
        Assert.All(server.Requests, r => Assert.Equal("Bearer s3cret", r.Headers["Authorization"]));
    }

    private static async Task FaultAsync(FakeResponse response, UnmeasuredReason reason, bool isTransient, params string[] words)
    {
        // A short limit only where it is what ends the request: elsewhere a busy machine is no fault.
        await using var server = new FakeHttpServer(_ => response);
        await using var host = Host(server.Address, response.Hangs ? Short : null);
        AssertFailed(await ReadOneAsync(host), reason, isTransient, words);
    }

    private static async Task<SliOutcome> ReadOneAsync(SourceHost host)
    {
        var result = await host.ReadAsync("prometheus", Grid, ("bad", "valid"));
        Assert.Empty(result.Table.Rows);
        return Assert.Single(result.Outcomes);
    }

    private static void AssertFailed(SliOutcome outcome, UnmeasuredReason reason, bool isTransient, params string[] words)
    {
        Assert.True(reason == outcome.Unmeasured, $"{outcome.Unmeasured}: {outcome.Detail}");
        Assert.Equal(isTransient, outcome.IsTransient);
        Assert.NotEmpty(outcome.Detail);
        Assert.All(words, w => Assert.Contains(w, outcome.Detail, StringComparison.OrdinalIgnoreCase));
    }

    private static SourceHost Host(Uri address, TimeSpan? timeout = null, TimeProvider? time = null)
    {
        var host = new SourceHost(time);
        host.AddPrometheus(o =>
        {
            o.BaseAddress = address;
            o.Timeout = timeout ?? TimeSpan.FromMinutes(1);
            o.MaximumAnswerBytes = 50_000;
        });
        return host;
    }

    private sealed class ThrowingHandler : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new NotSupportedException("the password s3cret was refused");
    }
}
