using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Expressions;

namespace SloRollback.Prometheus.Tests.Expressions;

/// <summary>What is written tells the kind of reading, and what is wrong with it.</summary>
public sealed class IndicatorReadingsTests
{
    [Fact]
    public void Selectors_are_counters_and_what_takes_the_window_is_an_expression()
    {
        Assert.Equal(new IndicatorReading.Counters("b", "v"), Of(Events("b", "v")));
        Assert.IsType<IndicatorReading.Expressions>(Of(Events("sum(increase(b[$window]))", "sum(increase(v[$window]))")));
        Assert.Equal(new IndicatorReading.Gauge("up{job='a'}"), Of(new GaugeIndicator { Gauge = "up{job='a'}" }));
        Assert.IsType<IndicatorReading.GaugeExpression>(Of(new GaugeIndicator { Gauge = "max(up)" }));
        Assert.IsType<IndicatorReading.GaugeExpression>(Of(new GaugeIndicator { Gauge = "max(rate(a[$window]))" }));
        Assert.IsType<IndicatorReading.Latency>(Of(new LatencyIndicator { Histogram = "h", Threshold = Duration.FromSeconds(1) }));
    }

    [Theory]
    [InlineData("rate(b[5m])", "v", "Bad", "at position 5", "sum(increase(", "[$window])")]
    [InlineData("sum(increase(b[$window]))", "v", "Valid", "has no $window, and Bad has")]
    [InlineData("sum(increase(b[$windows]))", "v", "Bad", "is no expression: at position 16: $window is the only variable")]
    [InlineData("b{x=\"$window\"}", "v", "Bad", "is no expression: at position 6", "inside a string")]
    public void Faults_of_events(string bad, string valid, string setting, params string[] words) => AssertFault(Events(bad, valid), setting, words);

    [Theory]
    [InlineData("h_bucket", "at position 1: a histogram is given without the suffix _bucket: h")]
    [InlineData("h_count{a='b'}", "without the suffix _count: h")]
    [InlineData("h_sum", "without the suffix _sum: h")]
    [InlineData("{__name__=~\"h.*\"}", "by its metric's name")]
    [InlineData("h{le=\"0.5\"}", "at position 6: the bucket follows from the threshold")]
    [InlineData("rate(h[$window])", "at position 5", "Good and Valid")]
    [InlineData("", "at position 1: the selector is empty")]
    public void Faults_of_a_histogram(string histogram, params string[] words) =>
        AssertFault(new LatencyIndicator { Histogram = histogram, Threshold = Duration.FromSeconds(1) }, "Latency:Histogram", words);

    [Fact]
    public void A_threshold_is_above_0() =>
        AssertFault(new LatencyIndicator { Histogram = "h", Threshold = Duration.Zero }, "Latency:Threshold", "is not above 0");

    [Theory]
    [InlineData("h_microseconds", "microseconds")]
    [InlineData("h_us{a='b'}", "microseconds")]
    [InlineData("response_bytes", "bytes")]
    public void A_histogram_in_another_unit_is_refused(string histogram, string unit) => AssertFault(
        new LatencyIndicator { Histogram = histogram, Threshold = Duration.FromSeconds(1) }, "Latency:Threshold", $" counts {unit}; write Good and Valid");

    [Theory]
    [InlineData("max(queue", "at position 4: this ( is not closed")]
    [InlineData("avg_over_time(queue[$interval])", "at position 21: $window is the only variable")]
    public void Faults_of_a_gauge(string gauge, params string[] words) => AssertFault(new GaugeIndicator { Gauge = gauge }, "Gauge", words);

    [Fact]
    public void What_is_not_known_or_not_whole_is_rejected()
    {
        Assert.Contains("CompositeIndicator", Rejection(new CompositeIndicator { Members = [] }), StringComparison.Ordinal);
        Assert.Contains("two of Good, Bad and Valid", Rejection(new EventRatioIndicator { Good = "a" }), StringComparison.Ordinal);
        Assert.StartsWith("Bad is not a selector: at position 1", Rejection(Events("(", "v")), StringComparison.Ordinal);
    }

    private static EventRatioIndicator Events(string bad, string valid) => new() { Bad = bad, Valid = valid };

    private static IndicatorReading Of(Indicator indicator) => IndicatorReadings.Of(indicator);

    private static string Rejection(Indicator indicator) => Assert.IsType<IndicatorReading.Rejected>(Of(indicator)).Outcome.Detail;

    private static void AssertFault(Indicator indicator, string setting, params string[] words)
    {
        Assert.Null(IndicatorReadings.Read(indicator, out var faults));
        var fault = Assert.Single(faults);
        Assert.Equal(setting, fault.Setting);
        Assert.All(words, w => Assert.Contains(w, fault.Message, StringComparison.Ordinal));
    }
}
