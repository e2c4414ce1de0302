using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Http;

/// <summary>What the source asks a server for histograms, gauges and expressions, and what it makes of the answers.</summary>
public sealed class HttpIndicatorTests : IAsyncDisposable
{
    private static readonly Duration Step = Duration.FromMinutes(1);
    private static readonly StepGrid Grid = new(28_000_000, 2, Step);
    private static readonly long Start = Grid.Start.ToUnixTimeSeconds();
    private static readonly LatencyIndicator Latency = new() { Histogram = "h_seconds{job='a'}", Threshold = Duration.FromMilliseconds(300) };

    private readonly FakeTimeProvider time = new(Grid.End.Plus(Duration.FromSeconds(30)).ToDateTimeOffset());
    private readonly SourceHost host;
    private readonly FakeHttpServer server;
    private string[] bounds = ["0.1", "0.3", "+Inf"];

    public HttpIndicatorTests()
    {
        server = new FakeHttpServer(Answer);
        host = new SourceHost(time);
        host.AddPrometheus(o => (o.BaseAddress, o.Reading) = (server.Address, PrometheusReading.Raw));
    }

    private string[] Queries => [.. server.Requests.Select(r => r.Form("query"))];

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task The_buckets_are_asked_for_once()
    {
        var result = await ReadAsync(Latency);
        Assert.Equal([new SliCell(StepState.Measured, 4, 4), new SliCell(StepState.Measured, 4, 4)], result.Table.Row(0).ToArray());
        Assert.Equal(
            ["count by (le) (h_seconds_bucket{job=\"a\"})", "h_seconds_bucket{job=\"a\",le=~\"\\\\+Inf|0\\\\.3\"}[450001ms]"],
            Queries.Order(StringComparer.Ordinal));

        await ReadAsync(Latency);
        Assert.Single(Queries, q => q.StartsWith("count by (le)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_threshold_that_is_no_bucket_is_rejected_and_asked_about_again_after_a_while()
    {
        bounds = ["0.1", "0.5", "+Inf"];
        var outcome = Assert.Single((await ReadAsync(Latency)).Outcomes);
        Assert.Equal((UnmeasuredReason.QueryRejected, false), (outcome.Unmeasured, outcome.IsTransient));
        Assert.Contains("the nearest are 0.1 and 0.5", outcome.Detail, StringComparison.Ordinal);

        // The service got the bucket.
        bounds = ["0.1", "0.3", "0.5", "+Inf"];
        Assert.False(Assert.Single((await ReadAsync(Latency)).Outcomes).IsRead);
        time.Advance(TimeSpan.FromMinutes(3));
        Assert.True(Assert.Single((await ReadAsync(Latency)).Outcomes).IsRead);
    }

    [Fact]
    public async Task A_histogram_that_is_not_there_yet_is_missing_and_found_when_it_comes()
    {
        bounds = [];
        var result = await ReadAsync(Latency);
        Assert.True(Assert.Single(result.Outcomes).IsRead);
        Assert.All(result.Table.Row(0).ToArray(), c => Assert.Equal(StepState.Missing, c.State));
        Assert.Contains("count(histogram_count(h_seconds{job=\"a\"}))", Queries);

        bounds = ["0.3", "+Inf"];
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(StepState.Measured, (await ReadAsync(new StepGrid(Grid.First + 10, Grid.Count, Grid.Step), Latency)).Table.Row(0)[0].State);
    }

    [Fact]
    public async Task Reading_history_unsettles_nothing_that_is_known_of_the_present()
    {
        await ReadAsync(Latency);
        var known = bounds;
        bounds = [];
        var past = new SliReadRequest { Grid = new StepGrid(Grid.First - 5000, 2, Step), Queries = [new SliQuery { Id = "q", Indicator = Latency }] };
        await host.Source().ReadAsync(past, TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromMinutes(3));
        await host.Source().ReadAsync(past, TestContext.Current.CancellationToken);
        Assert.Single(Queries, q => q.StartsWith("count by (le)", StringComparison.Ordinal));

        bounds = known;
        Assert.Equal(StepState.Measured, (await ReadAsync(Latency)).Table.Row(0)[0].State);
    }

    [Fact]
    public async Task What_was_a_guess_is_asked_about_at_once_when_series_say_otherwise()
    {
        bounds = [];
        await ReadAsync(Latency);

        // All events are there, and no bucket at the threshold.
        bounds = ["0.1", "0.5", "+Inf"];
        time.Advance(Step.ToTimeSpan());
        var next = new StepGrid(Grid.First + 1, Grid.Count, Step);
        Assert.Contains("no bucket with the threshold's bound in h_seconds_bucket{instance=\"a\",job=\"a\"}", Assert.Single((await ReadAsync(next, Latency)).Outcomes).Detail, StringComparison.Ordinal);
        Assert.Contains("the nearest are 0.1 and 0.5", Assert.Single((await ReadAsync(next, Latency)).Outcomes).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_to_ask_is_the_answer_and_is_not_kept()
    {
        server.Respond = _ => FakeResponse.Text("no", "text/plain", 503);
        var outcome = Assert.Single((await ReadAsync(Latency)).Outcomes);
        Assert.Equal((UnmeasuredReason.SourceError, true), (outcome.Unmeasured, outcome.IsTransient));

        server.Respond = Answer;
        Assert.True(Assert.Single((await ReadAsync(Latency)).Outcomes).IsRead);
    }

    [Fact]
    public async Task A_gauge_is_read_sample_by_sample()
    {
        var result = await ReadAsync(new GaugeIndicator { Gauge = "queue" });
        Assert.Equal(["queue[120000ms]"], Queries);
        Assert.Equal((Start + 119.999m).ToString("0.000", CultureInfo.InvariantCulture), server.Requests.Single().Form("time"));

        // 15 s apart: 4 samples in a step, each one more than the one before.
        Assert.Equal([1.5, 5.5], result.Table.Row(0).ToArray().Select(c => c.First));
        Assert.Equal(Grid.Start + Duration.FromSeconds(105), result.Outcomes[0].NewestSample);
    }

    [Fact]
    public async Task Expressions_are_evaluated_at_the_last_millisecond_of_each_step()
    {
        var result = await ReadAsync(
            new EventRatioIndicator { Bad = "sum(increase(bad[$window]))", Valid = "sum(increase(valid[$window]))" },
            new GaugeIndicator { Gauge = "max(queue)" });
        Assert.Equal(["max(queue)", "sum(increase(bad[60s]))", "sum(increase(valid[60s]))"], Queries.Order(StringComparer.Ordinal));
        Assert.All(server.Requests, r => Assert.Equal(
            ("/api/v1/query_range", $"{Start + 59}.999", $"{Start + 119}.999", "60.000"),
            (r.Path, r.Form("start"), r.Form("end"), r.Form("step"))));
        Assert.Equal([new SliCell(StepState.Measured, 9, 9), new SliCell(StepState.Measured, 9, 9)], result.Table.Row(0).ToArray());
        Assert.Equal([9, 9], result.Table.Row(1).ToArray().Select(c => c.First));
    }

    [Fact]
    public async Task Two_series_where_one_is_expected_are_named_and_touch_no_other_query()
    {
        var result = await ReadAsync(new GaugeIndicator { Gauge = "two" }, new GaugeIndicator { Gauge = "queue" }, new GaugeIndicator { Gauge = "max(two)" });
        Assert.Equal([UnmeasuredReason.QueryRejected, UnmeasuredReason.None, UnmeasuredReason.QueryRejected], result.Outcomes.Select(o => o.Unmeasured));
        Assert.Contains("instance (\"a\", \"b\")", result.Outcomes[0].Detail, StringComparison.Ordinal);
        Assert.Single(result.Table.Rows);
    }

    [Fact]
    public async Task Without_series_the_servers_signs_of_life_decide()
    {
        var result = await ReadAsync(new GaugeIndicator { Gauge = "none" }, new EventRatioIndicator { Good = "none($window)", Valid = "none + $window" });
        Assert.Single(Queries, q => q.StartsWith("count(count_over_time(up", StringComparison.Ordinal));
        Assert.All(Enumerable.Range(0, 2).SelectMany(r => result.Table.Row(r).ToArray()), c => Assert.Equal(StepState.Missing, c.State));

        server.Respond = r => r.Form("query").Contains("up[", StringComparison.Ordinal) ? Empty : Answer(r);
        result = await ReadAsync(new GaugeIndicator { Gauge = "none" });
        Assert.All(result.Table.Row(0).ToArray(), c => Assert.Equal(StepState.Unmeasured, c.State));
    }

    [Fact]
    public async Task A_native_histogram_is_no_number()
    {
        server.Respond = _ => Matrix("""{"metric":{},"histograms":[[1680000059.999,{"count":"1","sum":"1","buckets":[]}]]}""");
        var result = await ReadAsync(new GaugeIndicator { Gauge = "max(h)" }, new EventRatioIndicator { Bad = "h($window)", Valid = "h + $window" });
        Assert.All(result.Outcomes, o => Assert.Contains("native histogram", o.Detail, StringComparison.Ordinal));
    }

    private static FakeResponse Empty => Matrix("");

    private Task<SliReadResult> ReadAsync(params Indicator[] indicators) => ReadAsync(Grid, indicators);

    private Task<SliReadResult> ReadAsync(StepGrid grid, params Indicator[] indicators) => host.Source().ReadAsync(
        new SliReadRequest { Grid = grid, Queries = [.. indicators.Select((indicator, i) => new SliQuery { Id = $"q{i}", Indicator = indicator })] },
        TestContext.Current.CancellationToken);

    private FakeResponse Answer(FakeRequest request)
    {
        var query = request.Form("query");
        if (query.StartsWith("count by (le)", StringComparison.Ordinal))
            return Vector(bounds.Select(b => $$"""{"metric":{"le":"{{b}}"},"value":[{{Start}},"2"]}"""));
        if (query.StartsWith("count(histogram_count(", StringComparison.Ordinal))
            return Vector([]);
        if (query.StartsWith("none", StringComparison.Ordinal) || query.StartsWith("process_start_time_seconds", StringComparison.Ordinal))
            return Empty;
        if (request.Path.EndsWith("query_range", StringComparison.Ordinal))
        {
            var values = $"[{Start + 59}.999,\"9\"],[{Start + 119}.999,\"9\"]";
            return Matrix(string.Join(',', Instances(query).Select(i => $$"""{"metric":{"instance":"{{i}}"},"values":[{{values}}]}""")));
        }

        // A counter or gauge that grows by 1 every 15 s and is 0 at the grid's start.
        var isBucket = query.Contains("_bucket", StringComparison.Ordinal);
        var until = (long)decimal.Parse(request.Form("time"), CultureInfo.InvariantCulture);
        var from = until - (long.Parse(query[(query.LastIndexOf('[') + 1)..^3], CultureInfo.InvariantCulture) / 1000);
        var samples = Enumerable.Range(0, 10_000).Select(n => Start - 15_000 + (15 * n)).Where(t => t > from && t <= until)
            .Select(t => $"[{t},\"{((t - Start) / 15) + (isBucket ? 1000 : 0)}\"]");
        var labels = isBucket
            ? bounds.Where(b => b is "0.3" or "+Inf").Select(b => $$"""{"__name__":"h_seconds_bucket","instance":"a","job":"a","le":"{{b}}"}""")
            : Instances(query).Select(i => $$"""{"instance":"{{i}}"}""");
        return Matrix(string.Join(',', labels.Select(l => $$"""{"metric":{{l}},"values":[{{string.Join(',', samples)}}]}""")));
    }

    private static string[] Instances(string query) => query.Contains("two", StringComparison.Ordinal) ? ["a", "b"] : ["a"];

    private static FakeResponse Vector(IEnumerable<string> series) =>
        FakeResponse.Json("{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[" + string.Join(',', series) + "]}}");

    private static FakeResponse Matrix(string series) =>
        FakeResponse.Json("{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[" + series + "]}}");
}
