using System.Collections.Immutable;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus.Expressions;

/// <summary>One thing that is wrong with an indicator.</summary>
/// <param name="Setting">The setting below the indicator: <c>Good</c>, <c>Latency:Histogram</c>; empty for the indicator itself.</param>
/// <param name="Text">What is written there.</param>
/// <param name="Message">What is wrong, with its position, and what would be right.</param>
internal sealed record IndicatorFault(string Setting, string Text, string Message);

/// <summary>Tells how an indicator is read, from what is written alone.</summary>
internal static class IndicatorReadings
{
    private const string Example = "http_requests_total{code=~\"5..\"}";

    /// <summary>The reading of an indicator, or its rejection with everything that is wrong.</summary>
    public static IndicatorReading Of(Indicator indicator)
    {
        var reading = Read(indicator, out var faults);
        return reading ?? IndicatorReading.Rejected.Because(string.Join("; ", faults.Select(f => $"{f.Setting} {f.Message}".TrimStart())));
    }

    /// <summary>The reading of an indicator, or <see langword="null"/> and what is wrong with it.</summary>
    public static IndicatorReading? Read(Indicator indicator, out ImmutableArray<IndicatorFault> faults)
    {
        var found = ImmutableArray.CreateBuilder<IndicatorFault>();
        var reading = indicator switch
        {
            EventRatioIndicator ratio => Events(ratio, found),
            LatencyIndicator latency => Latency(latency, found),
            GaugeIndicator gauge => Gauge(gauge.Gauge, found),
            _ => Fault(found, "", "", $"an indicator of the kind {indicator.GetType().Name} is not understood by this source"),
        };

        faults = found.ToImmutable();
        return faults.IsEmpty ? reading : null;
    }

    private static IndicatorReading? Events(EventRatioIndicator ratio, ImmutableArray<IndicatorFault>.Builder faults)
    {
        var given = IndicatorSelectors.Given(ratio).ToArray();
        if (given.Length != 2)
            return Fault(faults, "", "", "two of Good, Bad and Valid are needed");

        return Array.Exists(given, g => WindowExpression.Mentions(g.Selector)) ? Expressions(given, faults) : Counters(given, faults);
    }

    private static IndicatorReading.Counters? Counters((string Name, string Selector)[] given, ImmutableArray<IndicatorFault>.Builder faults)
    {
        foreach (var (name, selector) in given)
        {
            if (!VectorSelectorParser.TryParse(selector, out _, out var error))
            {
                Fault(
                    faults,
                    name,
                    selector,
                    $"is not a selector: {error}: counters are given as a vector selector such as {Example}, of which SloRollback takes the increments itself;"
                        + $" any other PromQL counts a step's events with {WindowExpression.Variable}, as in sum(increase({Example}[{WindowExpression.Variable}]))");
            }
        }

        return faults.Count > 0 ? null : new IndicatorReading.Counters(given[0].Selector, given[1].Selector);
    }

    private static IndicatorReading.Expressions? Expressions((string Name, string Selector)[] given, ImmutableArray<IndicatorFault>.Builder faults)
    {
        var expressions = given.Select(g => Expression(g.Name, g.Selector, faults)).ToArray();
        for (var i = 0; i < given.Length; i++)
        {
            // Increments that the server extrapolates and ones that are exact would contradict each other.
            if (expressions is [{ } one, { } other] && !(i == 0 ? one : other).HasWindow)
            {
                Fault(
                    faults,
                    given[i].Name,
                    given[i].Selector,
                    $"has no {WindowExpression.Variable}, and {given[1 - i].Name} has: both are selectors or both are expressions, here sum(increase(…[{WindowExpression.Variable}]))");
            }
        }

        return faults.Count > 0 ? null : new IndicatorReading.Expressions(expressions[0]!, expressions[1]!);
    }

    private static IndicatorReading.Latency? Latency(LatencyIndicator latency, ImmutableArray<IndicatorFault>.Builder faults)
    {
        const string Setting = "Latency:Histogram";
        if (latency.Threshold <= Duration.Zero)
            Fault(faults, "Latency:Threshold", "", "is not above 0");
        if (HistogramSelector.TryParse(latency.Histogram, out var histogram, out var error))
        {
            if (LatencyThreshold.OtherUnitOf(histogram.Metric) is { } unit)
                Fault(faults, "Latency:Threshold", "", $"is a time in seconds or milliseconds, and {histogram.Metric} counts {unit}; write Good and Valid with the bucket's le");
            return new IndicatorReading.Latency(histogram, new LatencyThreshold(latency.Threshold, histogram.Metric));
        }

        var hint = WindowExpression.Mentions(latency.Histogram) ? $"; what takes {WindowExpression.Variable} is written as Good and Valid" : "";
        Fault(faults, Setting, latency.Histogram, $"is not the selector of a histogram: {error}: a histogram is given as a vector selector such as http_request_duration_seconds{{route=\"/pay\"}}{hint}");
        return null;
    }

    private static IndicatorReading? Gauge(string gauge, ImmutableArray<IndicatorFault>.Builder faults)
    {
        if (VectorSelectorParser.TryParse(gauge, out _, out _))
            return new IndicatorReading.Gauge(gauge);

        return Expression("Gauge", gauge, faults) is { } expression ? new IndicatorReading.GaugeExpression(expression) : null;
    }

    private static WindowExpression? Expression(string setting, string text, ImmutableArray<IndicatorFault>.Builder faults)
    {
        if (WindowExpression.TryParse(text, out var expression, out var error))
            return expression;

        Fault(faults, setting, text, $"is no expression: {error}");
        return null;
    }

    private static IndicatorReading? Fault(ImmutableArray<IndicatorFault>.Builder faults, string setting, string text, string message)
    {
        faults.Add(new IndicatorFault(setting, text, message));
        return null;
    }
}
