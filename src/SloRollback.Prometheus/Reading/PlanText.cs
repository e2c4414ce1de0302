using System.Globalization;
using System.Text;
using SloRollback.Prometheus.Expressions;

namespace SloRollback.Prometheus.Reading;

/// <summary>A plan for people.</summary>
internal static class PlanText
{
    private const int LongestQuery = 200;

    public static string Of(CounterReader reader, IReadOnlyList<(string Id, IndicatorReading Reading)> indicators, PrometheusOptions options)
    {
        var text = new StringBuilder();
        var reads = reader.Reads.SelectMany(r => r.Parts is var parts && parts.Count == 1 ? [(r.Read, r.SeriesCount)] : parts.Select(p => (p.Read, SeriesCount: (int?)null))).ToList();
        text.Append(CultureInfo.InvariantCulture, $"{reader.Pairs.Length} indicators are counters, read in {Number(reads.Count, "query", "queries")} a step, {How(reader.Reads, options)}");
        foreach (var (read, count) in reads)
        {
            text.Append('\n').Append(CultureInfo.InvariantCulture, $"  {Short(read.Selector)} for {Number(read.Selectors.Length, "selector", "selectors")}");
            if (count is { } series)
                text.Append(CultureInfo.InvariantCulture, $", {series} series");
            if (read.Metric is null)
                text.Append(", always sample by sample: no metric is named, or a pattern is the server's to judge");
        }

        foreach (var (id, reading) in indicators.Where(i => i.Reading is not IndicatorReading.Counters))
            text.Append('\n').Append(CultureInfo.InvariantCulture, $"  {id}: {Short(Words(reading))}");
        return text.ToString();
    }

    private static string Words(IndicatorReading reading) => reading switch
    {
        IndicatorReading.Latency latency => $"a histogram, {latency.Selector.Text}: the server is asked for its buckets first",
        IndicatorReading.Gauge gauge => $"a gauge, {gauge.Selector}: the mean of a step's samples",
        IndicatorReading.GaugeExpression => "an expression, one query a step",
        IndicatorReading.Expressions => "two expressions, two queries a step",
        IndicatorReading.Rejected rejected => $"not read: {rejected.Outcome.Detail}",
        _ => "one query a step",
    };

    private static string How(IReadOnlyList<CounterRead> reads, PrometheusOptions options)
    {
        var series = reads.Sum(r => (long)(r.SeriesCount ?? 0));
        return options.Reading switch
        {
            PrometheusReading.Raw => "sample by sample",
            PrometheusReading.Aggregated => "summed by the server",
            _ when series > options.MaximumRawSeries => string.Create(CultureInfo.InvariantCulture, $"summed by the server: {series} series are more than {options.MaximumRawSeries}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"sample by sample up to {options.MaximumRawSeries} series"),
        };
    }

    private static string Number(int count, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");

    private static string Short(string text) => text.Length <= LongestQuery ? text : string.Concat(text.AsSpan(0, LongestQuery), "…");
}
