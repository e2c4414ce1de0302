using System.Globalization;
using System.Text;

namespace SloRollback.Prometheus.Reading;

/// <summary>A plan for people.</summary>
internal static class PlanText
{
    private const int LongestQuery = 200;

    public static string Of(CounterReader reader, PrometheusOptions options)
    {
        var text = new StringBuilder();
        var reads = reader.Reads.ToList();
        text.Append(CultureInfo.InvariantCulture, $"{reader.Pairs.Length} indicators in {reads.Count} queries a step, {How(reads, options)}");
        foreach (var read in reads)
        {
            var selector = read.Read.Selector.Length <= LongestQuery ? read.Read.Selector : string.Concat(read.Read.Selector.AsSpan(0, LongestQuery), "…");
            text.Append('\n').Append(CultureInfo.InvariantCulture, $"  {selector}  for {read.Read.Selectors.Length} selectors");
            if (read.SeriesCount is { } series)
                text.Append(CultureInfo.InvariantCulture, $", {series} series");
            if (read.Read.Metric is null)
                text.Append(", always sample by sample: the metric's name is not given, or a pattern is the server's to judge");
        }

        return text.ToString();
    }

    private static string How(List<CounterRead> reads, PrometheusOptions options)
    {
        var series = reads.Sum(r => (long)(r.SeriesCount ?? 0));
        var limit = options.MaximumRawSeries.ToString(CultureInfo.InvariantCulture);
        return options.Reading switch
        {
            PrometheusReading.Raw => "sample by sample",
            PrometheusReading.Aggregated => "summed by the server",
            _ when series > options.MaximumRawSeries => string.Create(CultureInfo.InvariantCulture, $"summed by the server: {series} series are more than {limit}"),
            _ => $"sample by sample: at most {limit} series",
        };
    }
}
