using System.Collections.Immutable;
using SloRollback.Indicators;
using SloRollback.Prometheus.Expressions;
using SloRollback.Prometheus.Http;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus.Reading;

/// <summary>Asks which pods have the series of an indicator.</summary>
internal static class InstanceQuestion
{
    /// <summary>The answer where nothing can be told: series that name no instance.</summary>
    public static ImmutableArray<InstanceName> Untold { get; } = [InstanceName.Untold];

    /// <summary>One series for each pod; <see langword="null"/> when labels cannot tell: expressions have the labels that they give.</summary>
    public static string? Of(IndicatorReading reading, PrometheusOptions options)
    {
        var selectors = reading switch
        {
            IndicatorReading.Counters counters => $"{counters.First} or {counters.Second}",
            IndicatorReading.NativeHistogram histogram => histogram.Selector,
            IndicatorReading.Gauge gauge => gauge.Selector,
            _ => null,
        };
        return selectors is null || options.PodLabel.Length == 0
            ? null
            : $"count by ({string.Join(',', Labels(options).Select(SelectorText.LabelName))}) ({selectors})";
    }

    /// <summary>Asks. None when there are no series, or no answer.</summary>
    public static async Task<ImmutableArray<InstanceName>> AskAsync(
        string question, long at, PrometheusClient client, PrometheusOptions options, CancellationToken cancellationToken)
    {
        var sink = new LabelledSeries.Sink();
        var answer = await client.ReadInstantAsync(question, at, sink, cancellationToken).ConfigureAwait(false);
        return answer.Failure is not null
            ? []
            : [.. sink.Series.Select(s => new InstanceName(s.Labels.GetValueOrDefault(options.PodLabel, ""), s.Labels.GetValueOrDefault(options.NamespaceLabel, "")))];
    }

    private static string[] Labels(PrometheusOptions options) =>
        options.NamespaceLabel.Length == 0 ? [options.PodLabel] : [options.PodLabel, options.NamespaceLabel];
}
