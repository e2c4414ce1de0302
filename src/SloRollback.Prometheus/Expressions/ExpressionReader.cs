using System.Collections.Immutable;
using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Http;

namespace SloRollback.Prometheus.Expressions;

/// <summary>Reads the indicators that are no sets of counters: gauges, expressions, native histograms.</summary>
/// <param name="client">Asks the server.</param>
/// <param name="latest">The newest time that may be asked for, in milliseconds: nothing is sampled in the future.</param>
internal sealed class ExpressionReader(PrometheusClient client, long latest)
{
    public async Task<ReadIndicator> ReadAsync(IndicatorReading reading, StepWindow window, CancellationToken cancellationToken)
    {
        switch (reading)
        {
            case IndicatorReading.Rejected rejected:
                return ReadIndicator.Failed(window, rejected.Outcome);

            case IndicatorReading.Gauge gauge:
                var (samples, answer) = await SamplesAsync(gauge.Selector, window, cancellationToken).ConfigureAwait(false);
                return With(ReadIndicator.Gauge, samples, window, answer);

            case IndicatorReading.GaugeExpression gauge:
                (samples, answer) = await StepsAsync(gauge.Value, window, cancellationToken).ConfigureAwait(false);
                return With(ReadIndicator.Gauge, samples, window, answer);

            case IndicatorReading.Expressions pair:
                (samples, answer) = await StepsAsync(pair.First, window, cancellationToken).ConfigureAwait(false);
                if (answer.Failure is not null || answer.HasHistograms)
                    return With(ReadIndicator.Gauge, samples, window, answer);

                var first = new SingleSeries(samples, window);
                var warnings = answer.Warnings;
                (samples, answer) = await StepsAsync(pair.Second, window, cancellationToken).ConfigureAwait(false);
                return With((second, w) => ReadIndicator.Counts(first, second, w), samples, window, answer with { Warnings = [.. warnings, .. answer.Warnings] });

            case IndicatorReading.NativeHistogram histogram:
                return await HistogramAsync(histogram, window, cancellationToken).ConfigureAwait(false);

            default:
                throw new InvalidOperationException($"{reading.GetType().Name} is not read here.");
        }
    }

    private static ReadIndicator With(
        Func<SingleSeries, StepWindow, ReadIndicator> read, IReadOnlyCollection<LabelledSeries> samples, in StepWindow window, QueryAnswer answer)
    {
        if (answer.HasHistograms && answer.Failure is null)
            answer = QueryAnswer.Failed(UnmeasuredReason.QueryRejected, "the answer is a native histogram, not a number; write Latency, or take histogram_count or the like of it", transient: false);

        return Annotated(answer.Failure is { } failure ? ReadIndicator.Failed(window, failure) : read(new SingleSeries(samples, window), window), answer);
    }

    private static ReadIndicator Annotated(ReadIndicator read, QueryAnswer answer) => read with
    {
        Warnings = [.. answer.Warnings.Concat(read.Warnings).Distinct(StringComparer.Ordinal)],
        ClockOffset = answer.ClockOffset,
    };

    private async Task<ReadIndicator> HistogramAsync(IndicatorReading.NativeHistogram histogram, StepWindow window, CancellationToken cancellationToken)
    {
        var interval = NativeHistogram.Interval(window.Step);
        var start = ((Math.DivRem(window.Earliest, interval).Quotient + 1) * interval) - 1;
        var end = Math.Min(window.Latest, Math.Max(latest, window.End - 1));
        var (samples, answer) = await RangeAsync(NativeHistogram.Expression(histogram.Selector, histogram.Bound), start, end, interval, cancellationToken).ConfigureAwait(false);
        if (answer.Failure is { } failure)
            return Annotated(ReadIndicator.Failed(window, failure), answer);

        var (good, valid) = NativeHistogram.Counters(samples);
        return Annotated(ReadIndicator.Increments(SelectorSeries.Create(good, window), SelectorSeries.Create(valid, window), window), answer);
    }

    private async Task<(IReadOnlyCollection<LabelledSeries> Samples, QueryAnswer Answer)> SamplesAsync(
        string selector, StepWindow window, CancellationToken cancellationToken)
    {
        var sink = new LabelledSeries.Sink();
        return window.Count == 0
            ? ([], new QueryAnswer())
            : (sink.Series, await client.ReadSamplesAsync(selector, window.Start, window.End - 1, sink, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Evaluated at the last millisecond of each step: at its end it would take in the next one's first sample.</summary>
    private Task<(IReadOnlyCollection<LabelledSeries> Samples, QueryAnswer Answer)> StepsAsync(
        WindowExpression expression, StepWindow window, CancellationToken cancellationToken) =>
        RangeAsync(expression.For(window.Step), window.Start + window.Step - 1, window.End - 1, window.Step, cancellationToken);

    private async Task<(IReadOnlyCollection<LabelledSeries> Samples, QueryAnswer Answer)> RangeAsync(
        string expression, long start, long end, long interval, CancellationToken cancellationToken)
    {
        var sink = new LabelledSeries.Sink();
        var answer = new QueryAnswer();
        ImmutableArray<string> warnings = [];
        for (var from = start; from <= end && answer.Failure is null; from += interval * PrometheusClient.MaximumPoints)
        {
            var to = Math.Min(end, from + (interval * (PrometheusClient.MaximumPoints - 1)));
            answer = await client.ReadRangeAsync(expression, from, to, interval, sink, cancellationToken).ConfigureAwait(false);
            warnings = [.. warnings, .. answer.Warnings];
        }

        return (sink.Series, answer with { Warnings = warnings });
    }
}
