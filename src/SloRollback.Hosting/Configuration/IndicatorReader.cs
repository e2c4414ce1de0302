using System.Collections.Immutable;
using NodaTime;
using SloRollback.Indicators;

namespace SloRollback.Hosting.Configuration;

/// <summary>
/// Reads what is measured and where: events, a latency, a gauge or a ready-made set. A composite is <see cref="CompositeReader"/>'s.
/// </summary>
internal static class IndicatorReader
{
    private const string Example = "{ \"Valid\": \"http_requests_total\", \"Bad\": \"http_requests_total{code=~'5..'}\" }";

    private static readonly string[] Selectors = ["Good", "Bad", "Valid"];
    private static readonly string[] Alone = ["Latency", "Gauge", "Composite", "Set"];

    /// <summary>The kind of an objective's indicator. Reports nothing.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="read">What was read of it: a ready-made set does not say what it is made of.</param>
    public static IndicatorKind KindOf(ConfigurationNode objective, Indicator? read = null)
    {
        if (read is not null and not CompositeIndicator)
            return read is GaugeIndicator ? IndicatorKind.Gauge : read is LatencyIndicator ? IndicatorKind.Latency : IndicatorKind.Events;

        if (objective.Child("Indicator") is not { } place)
            return IndicatorKind.Unclear;

        var alone = GivenAlone(place);
        return (alone.Length, GivenSelectors(place).Length) switch
        {
            (0, > 0) => IndicatorKind.Events,
            (1, 0) when alone[0] == "Set" => IndicatorKind.Unclear,
            (1, 0) => Enum.Parse<IndicatorKind>(alone[0]),
            _ => IndicatorKind.Unclear,
        };
    }

    /// <summary>The indicator; <see langword="null"/> when it is reported as wrong.</summary>
    public static Indicator? Read(ConfigurationNode objective, ReaderContext context)
    {
        if (objective.Child("Indicator") is not { } place)
        {
            objective.Missing("Indicator", Example);
            return null;
        }

        var alone = GivenAlone(place);
        var isSet = alone is ["Set"] && GivenSelectors(place).IsEmpty;
        if (!isSet && !place.CheckKeys(KnownKeys.Indicator))
            return null;

        var indicator = isSet ? IndicatorSetReader.Read(place, context) : ReadKind(place, alone);
        var source = context.Providers.Resolve(ProviderKind.MetricSource, place.String("Source"), place.PathOf("Source"), context.Log);
        return source is null || indicator is null ? null : indicator with { Source = source };
    }

    private static Indicator? ReadKind(ConfigurationNode place, ImmutableArray<string> alone)
    {
        var selectors = GivenSelectors(place);
        if (alone.IsEmpty && !selectors.IsEmpty)
            return ReadEvents(place, selectors);
        if (alone.Length == 1 && selectors.IsEmpty)
            return alone[0] == "Latency" ? ReadLatency(place.Child("Latency")!) : ReadGauge(place);

        place.Fault(alone.IsEmpty
            ? $"measures nothing; two of Good, Bad and Valid, or one of {string.Join(", ", Alone)}; example: {Example}"
            : $"holds {string.Join(", ", selectors.Concat(alone))} where one kind of indicator belongs:"
                + $" two of Good, Bad and Valid, or one of {string.Join(", ", Alone)}");
        return null;
    }

    private static EventRatioIndicator? ReadEvents(ConfigurationNode place, ImmutableArray<string> given)
    {
        var indicator = new EventRatioIndicator { Good = place.String("Good"), Bad = place.String("Bad"), Valid = place.String("Valid") };
        if (given.Length == 2)
            return indicator;

        var has = given.Length == 1 ? given[0] : "all three";
        place.Fault($"needs exactly two of Good, Bad and Valid, and has {has}; example: {Example}");
        return null;
    }

    private static LatencyIndicator? ReadLatency(ConfigurationNode place)
    {
        if (!place.CheckKeys(KnownKeys.Latency))
            return null;

        var histogram = place.RequiredString("Histogram", "\"http_request_duration_seconds\"");
        var threshold = place.Required<Duration>("Threshold", HumanDuration.TryParse, "\"300ms\"");
        if (threshold <= Duration.Zero)
        {
            place.Fault("Threshold", $"{HumanDuration.Format(threshold.Value)} is not above 0; example: \"300ms\"");
            return null;
        }

        return histogram is null || threshold is null ? null : new LatencyIndicator { Histogram = histogram, Threshold = threshold.Value };
    }

    private static GaugeIndicator? ReadGauge(ConfigurationNode place) =>
        place.RequiredString("Gauge", "\"queue_length\"") is { } gauge ? new GaugeIndicator { Gauge = gauge } : null;

    private static ImmutableArray<string> GivenSelectors(ConfigurationNode place) => [.. Selectors.Where(key => !place.IsAbsent(key))];

    // An empty object looks like null: that of a latency lacks its keys, and that of a selector is none.
    private static ImmutableArray<string> GivenAlone(ConfigurationNode place) => [.. Alone.Where(key => place.Child(key) is not null)];
}
