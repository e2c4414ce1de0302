using System.Globalization;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Expressions;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Expressions;

/// <summary>The bucket at a threshold, whatever way its bound is written, and the nearest ones when there is none.</summary>
public sealed class BucketChoiceTests
{
    private static readonly string[] Seconds = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "+Inf"];

    [Theory]
    [InlineData("h", 0.25, "h_bucket{le=\"0.25\"}", "h_bucket{le=\"+Inf\"}")]
    [InlineData("h{job='a'}", 1, "h_bucket{job=\"a\",le=~\"1|1\\\\.0\"}", "h_bucket{job=\"a\",le=\"+Inf\"}")]
    [InlineData("h_milliseconds", 0.25, null, "the highest one is 2.5")]
    [InlineData("h", 0.3, null, "the nearest are 0.25 and 0.5")]
    [InlineData("h", 0.001, null, "the lowest one is 0.005")]
    [InlineData("h", 10, null, "the highest one is 2.5")]
    [InlineData("{\"http.h\",\"service.name\"=\"shop\"}", 0.5, "{__name__=\"http.h_bucket\",\"service.name\"=\"shop\",le=\"0.5\"}", "{__name__=\"http.h_bucket\",\"service.name\"=\"shop\",le=\"+Inf\"}")]
    public void Chosen_among_the_buckets_of_common_defaults(string selector, double seconds, string? good, string rest)
    {
        switch (Choose(selector, Duration.FromSeconds(seconds), Seconds))
        {
            case IndicatorReading.Counters counters:
                Assert.Equal((good, rest), (counters.First, counters.Second));
                Assert.True(counters.Bucket);
                break;
            case IndicatorReading.Rejected { Outcome: var outcome }:
                Assert.Null(good);
                Assert.Equal((UnmeasuredReason.QueryRejected, false), (outcome.Unmeasured, outcome.IsTransient));
                Assert.StartsWith("Threshold: ", outcome.Detail, StringComparison.Ordinal);
                Assert.Contains(rest, outcome.Detail, StringComparison.Ordinal);
                break;
        }
    }

    [Theory]
    [InlineData("rpc_server_duration_milliseconds", 1_000_000_000, "1000|1000\\\\.0|1e\\\\+03", "1e+03")]
    [InlineData("istio_request_duration_milliseconds", 500_000, "0.5", "0.5", "1")]
    [InlineData("lambda_ms", 2_500_000, "2.5", "2.5")]
    [InlineData("h_seconds", 30_000, "3E-05|3e-05", "3e-05", "+Inf")]
    [InlineData("h", 800_000_000, "0.8|0.8000000000000002", "0.8000000000000002", "1.6000000000000003")]
    [InlineData("h", 268_435_456, "0.268435456", "0.268435456")]
    [InlineData("h", 5_000_000_000, "5|5\\\\.0", "5", "5.0", "10")]
    public void Units_and_spellings(string metric, long nanoseconds, string pattern, params string[] bounds)
    {
        var counters = Assert.IsType<IndicatorReading.Counters>(Choose(metric, Duration.FromNanoseconds(nanoseconds), bounds));
        var expected = pattern.Contains('|', StringComparison.Ordinal) ? $"le=~\"{pattern.Replace("0.8", "0\\\\.8", StringComparison.Ordinal)}\"" : $"le=\"{pattern}\"";
        Assert.Equal($"{metric}_bucket{{{expected}}}", counters.First);
    }

    [Fact]
    public void Without_buckets_those_that_may_come_are_read() =>
        Assert.Equal("h_bucket{le=~\"1|1\\\\.0\"}", Assert.IsType<IndicatorReading.Counters>(Choose("h", Duration.FromSeconds(1), [])).First);

    [Fact]
    public void A_histogram_of_one_bucket_tells_nothing() =>
        Assert.Contains("no bucket but +Inf", Assert.IsType<IndicatorReading.Rejected>(Choose("h", Duration.FromSeconds(1), ["+Inf"])).Outcome.Detail, StringComparison.Ordinal);

    [SeedProperty(MaxTest = 1000)]
    public void The_nearest_are_those_beside_the_threshold(int seed)
    {
        var random = new Random(seed);
        int[] bounds = [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => random.Next(1, 40)).Distinct()];
        var threshold = random.Next(1, 40);
        string[] texts = [.. bounds.Select(b => random.Next(2) == 0 ? b.ToString(CultureInfo.InvariantCulture) : $"{b}.0")];
        var reading = Choose("h", Duration.FromSeconds(threshold), texts);
        if (bounds.Contains(threshold))
        {
            Assert.IsType<IndicatorReading.Counters>(reading);
            return;
        }

        var detail = Assert.IsType<IndicatorReading.Rejected>(reading).Outcome.Detail;
        foreach (var near in (int[])[.. bounds.Where(b => b < threshold).OrderDescending().Take(1), .. bounds.Where(b => b > threshold).Order().Take(1)])
            Assert.Contains(texts[Array.IndexOf(bounds, near)], detail, StringComparison.Ordinal);
    }

    private static IndicatorReading Choose(string selector, Duration threshold, string[] bounds)
    {
        Assert.True(HistogramSelector.TryParse(selector, out var histogram, out var error), error?.ToString());
        return BucketChoice.Choose(histogram, new LatencyThreshold(threshold, histogram.Metric), bounds);
    }
}
