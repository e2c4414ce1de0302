using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Http;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Http;

/// <summary>What the client asks, and what it tells of the answers beside their series.</summary>
public sealed class PrometheusClientTests
{
    private const string Vector = """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"b"},"value":[1.5,"2"]}]}""";
    private readonly PrometheusOptions options = new() { Timeout = TimeSpan.FromMinutes(1) };
    private readonly FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
    private readonly Series series = new();

    [Fact]
    public async Task A_vector_is_given_to_the_sink()
    {
        await using var server = new FakeHttpServer(_ => FakeResponse.Json(Vector + "}"));
        var answer = await InstantAsync(server);
        Assert.Null(answer.Failure);
        Assert.Equal(["""{"a":"b"} 1500=2"""], series.Texts);
        Assert.Equal((1, Vector.Length + 1L, false, false), (answer.SeriesCount, answer.Bytes, answer.HasHistograms, answer.IsTooLarge));

        var request = Assert.Single(server.Requests);
        Assert.Equal(("/api/v1/query", "x", "1.234"), (request.Path, request.Form("query"), request.Form("time")));
        Assert.Equal(("false", "1"), (request.Form("partial_response"), request.Form("deny_partial_response")));
        Assert.DoesNotContain("Accept-Encoding", request.Headers.Keys);
    }

    [Fact]
    public async Task A_scalar_is_a_vector_without_labels_but_a_matrix_is_none()
    {
        await using var server = new FakeHttpServer(_ => FakeResponse.Json("""{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}"""));
        Assert.Null((await InstantAsync(server)).Failure);
        Assert.Equal(["{} 1000=2"], series.Texts);

        server.Respond = _ => FakeResponse.Json("""{"status":"success","data":{"resultType":"matrix","result":[]}}""");
        var failure = (await InstantAsync(server)).Failure;
        Assert.Equal((UnmeasuredReason.QueryRejected, "the answer is a matrix, not a vector"), (failure!.Unmeasured, failure.Detail));
    }

    [Theory]
    [InlineData(1, "1")]
    [InlineData(11_000, "11000")]
    [InlineData(11_001, "11000 1")]
    [InlineData(30_000, "11000 11000 8000")]
    public async Task A_long_range_is_asked_for_in_parts_that_meet_and_do_not_overlap(int points, string parts)
    {
        await using var server = new FakeHttpServer(r =>
        {
            var (start, end, step) = (Number(r, "start"), Number(r, "end"), Number(r, "step"));
            var values = string.Join(',', Enumerable.Range(0, (int)((end - start) / step) + 1).Select(i => $"[{start + (i * step)},\"1\"]"));
            return FakeResponse.Json($$$"""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[{{{values}}}]}]},"infos":["i"]}""");
        });
        var answer = await Client(server).ReadRangeAsync("x", 500, 500 + ((points - 1L) * 15_000), 15_000, series, TestContext.Current.CancellationToken);

        Assert.Null(answer.Failure);
        Assert.Equal(parts, string.Join(' ', series.Samples.Select(s => s.Length)));
        Assert.Equal(Enumerable.Range(0, points).Select(i => 500 + (i * 15_000L)), series.Samples.SelectMany(s => s).Select(s => s.Time));
        Assert.Equal((series.Samples.Count, "i"), (answer.SeriesCount, Assert.Single(answer.Warnings)));
    }

    [Fact]
    public async Task A_range_ends_at_the_first_part_that_fails()
    {
        await using var server = new FakeHttpServer(_ => FakeResponse.Json("{}", 503));
        var answer = await Client(server).ReadRangeAsync("x", 0, 1_000_000_000, 15_000, series, TestContext.Current.CancellationToken);
        Assert.NotNull(answer.Failure);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Compressed_answers_are_read_and_their_limit_counts_what_they_become()
    {
        options.AcceptGzip = true;
        await using var server = new FakeHttpServer(_ => Gzipped(Encoding.UTF8.GetBytes(Vector + "}")));
        Assert.Equal(Vector.Length + 1, (await InstantAsync(server)).Bytes);
        Assert.Equal(["""{"a":"b"} 1500=2"""], series.Texts);
        Assert.Equal("gzip", Assert.Single(server.Requests).Headers["Accept-Encoding"]);

        options.MaximumAnswerBytes = 100_000;
        var bomb = new byte[50_000_000];
        bomb.AsSpan().Fill((byte)' ');
        server.Respond = _ => Gzipped(bomb);
        var answer = await InstantAsync(server);
        Assert.True(answer.IsTooLarge);
        Assert.InRange(answer.Bytes, 100_001, 1_000_000);
        Assert.Contains("MaximumAnswerBytes", answer.Failure!.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("gzip, gzip")]
    public async Task What_is_not_encoded_as_it_says_is_an_invalid_answer(string encoding)
    {
        await using var server = new FakeHttpServer(_ => FakeResponse.Text(Vector + "}", "application/json", headers: $"Content-Encoding: {encoding}\r\n"));
        var failure = (await InstantAsync(server)).Failure!;
        Assert.Equal(UnmeasuredReason.InvalidAnswer, failure.Unmeasured);
        Assert.Contains("Content-Encoding", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""["receive series from Addr: store:10901 LabelSets: {}: rpc error: code = Unavailable"]""", true)]
    [InlineData("""["No StoreAPIs matched for this query"]""", true)]
    [InlineData("""["query result may contain partial data"]""", true)]
    [InlineData("""["PromQL info: x","remote_read: connection refused"]""", true)]
    [InlineData("""["PromQL warning: quantile value should be between 0 and 1, got 2 (1:50)","PromQL info: metric might not be a counter"]""", false)]
    [InlineData("""[],"infos":["whatever"]""", false)]
    [InlineData("""null,"isPartial":true""", true)]
    [InlineData("""null,"isPartial":false""", false)]
    public async Task An_answer_that_lacks_data_is_a_failure_unless_allowed(string warnings, bool isPartial)
    {
        await using var server = new FakeHttpServer(_ => FakeResponse.Json($"{Vector},\"warnings\":{warnings}}}"));
        var answer = await InstantAsync(server);
        Assert.Equal(isPartial, answer.Failure is { Unmeasured: UnmeasuredReason.SourceError, IsTransient: true });
        Assert.Equal(!isPartial, answer.Failure is null);

        options.AllowPartialResponse = true;
        var allowed = await InstantAsync(server);
        Assert.Null(allowed.Failure);
        Assert.Equal(answer.Warnings, allowed.Warnings);
        Assert.Equal(("true", ""), (server.Requests.Last().Form("partial_response"), server.Requests.Last().Form("deny_partial_response")));
    }

    [Theory]
    [InlineData("query processing would load too many samples into memory in query execution", true)]
    [InlineData("exceeded series limit: limit 10 violated (got 11)", true)]
    [InlineData("the query exceeded the maximum number of chunks (limit: 1 chunks) (err-mimir-max-chunks-per-query)", true)]
    [InlineData("found duplicate series for the match group", false)]
    public async Task A_server_that_finds_the_answer_too_large_is_told_apart(string error, bool isTooLarge)
    {
        await using var server = new FakeHttpServer(_ => FakeResponse.Json($$"""{"status":"error","errorType":"execution","error":"{{error}}"}""", 422));
        var answer = await InstantAsync(server);
        Assert.Equal((UnmeasuredReason.QueryRejected, isTooLarge), (answer.Failure!.Unmeasured, answer.IsTooLarge));
    }

    [Fact]
    public async Task Headers_come_once_whatever_the_host_adds()
    {
        await using var server = new FakeHttpServer(_ => FakeResponse.Json(Vector + "}"));
        options.Headers["X-Scope-OrgID"] = "shop";
        options.Headers["Accept"] = "*/*";
        options.BaseAddress = server.Address;
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("X-Scope-OrgID", "other");
        await new PrometheusClient(http, options, time).ReadInstantAsync("x", 1234, series, TestContext.Current.CancellationToken);

        // The fake server does not take a header twice.
        var headers = Assert.Single(server.Requests).Headers;
        Assert.Equal(("shop", "*/*"), (headers["X-Scope-OrgID"], headers["Accept"]));
    }

    [Fact]
    public async Task A_slow_answer_is_no_skew_of_the_clock()
    {
        await using var server = new FakeHttpServer(_ =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            var date = time.GetUtcNow().AddMinutes(1);
            time.Advance(TimeSpan.FromSeconds(5));
            return FakeResponse.Text(Vector + "}", "application/json", headers: $"Date: {date:R}\r\n");
        });
        Assert.Equal(Duration.FromMinutes(1), (await InstantAsync(server)).ClockOffset);
    }

    private Task<QueryAnswer> InstantAsync(FakeHttpServer server) => Client(server).ReadInstantAsync("x", 1234, series, TestContext.Current.CancellationToken);

    private PrometheusClient Client(FakeHttpServer server)
    {
        options.BaseAddress = server.Address;
        return new PrometheusClient(new HttpClient(), options, time);
    }

    private static decimal Number(FakeRequest request, string name) => decimal.Parse(request.Form(name), CultureInfo.InvariantCulture);

    private static FakeResponse Gzipped(byte[] body)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(body);

        return FakeResponse.Raw(compressed.ToArray(), "application/json", headers: "Content-Encoding: gzip\r\n");
    }

    private sealed class Series : ISeriesSink
    {
        public List<string> Texts { get; } = [];

        public List<Sample[]> Samples { get; } = [];

        public void Add(ReadOnlySpan<byte> labels, ReadOnlySpan<Sample> samples)
        {
            Samples.Add(samples.ToArray());
            Texts.Add(Encoding.UTF8.GetString(labels) + string.Concat(samples.ToArray().Select(s => $" {s.Time}={s.Value.ToString(CultureInfo.InvariantCulture)}")));
        }
    }
}
