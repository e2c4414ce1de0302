using System.Collections.Immutable;
using SloRollback.Indicators;
using SloRollback.Prometheus.Expressions;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus;

/// <summary>The check at start of one source: its options, and what is written in the indicators that are read from it.</summary>
/// <param name="source">The source's name.</param>
/// <param name="readOptions">Reads the options; throws what is wrong with them.</param>
/// <param name="registrations">All providers, to tell whether an indicator without source means this one.</param>
/// <param name="faultsOf">What is wrong with an indicator.</param>
internal sealed class SelectorCheck(
    string source,
    Action readOptions,
    IEnumerable<ProviderRegistration> registrations,
    Func<Indicator, ImmutableArray<IndicatorFault>> faultsOf) : IConfigurationCheck
{
    private readonly bool isOnlySource = registrations.Where(r => r.Kind == ProviderKind.MetricSource).Distinct().Count() == 1;

    public static ImmutableArray<IndicatorFault> HttpFaults(Indicator indicator)
    {
        _ = IndicatorReadings.Read(indicator, out var faults);
        return faults;
    }

    public static ImmutableArray<IndicatorFault> ScraperFaults(Indicator indicator) => indicator switch
    {
        EventRatioIndicator ratio =>
        [
            .. IndicatorSelectors.Given(ratio)
                .Select(g => (g.Name, g.Selector, Error: SelectorMatcher.Create(g.Selector, out var error) is null ? error!.ToString() : null))
                .Where(g => g.Error is not null)
                .Select(g => new IndicatorFault(g.Name, g.Selector, $"is not a selector: {g.Error}")),
        ],
        LatencyIndicator => [new("Latency", "", "the embedded scraper reads counters only; write Good and Valid with the bucket's le, such as http_request_duration_seconds_bucket{le=\"0.3\"}")],
        GaugeIndicator => [new("Gauge", "", "the embedded scraper reads counters only; read gauges from a Prometheus server")],
        _ => [],
    };

    public void Check(ConfigurationCheckContext context)
    {
        OptionsCheck.Run(context, ConfigurationSections.Of(source), readOptions);

        foreach (var service in context.Services)
        {
            foreach (var objective in service.Objectives.Where(o => o.Indicator is not CompositeIndicator && IsOurs(o.Indicator)))
            {
                var path = $"{service.Path}:Objectives:{objective.Id}:Indicator";
                foreach (var (setting, text, message) in faultsOf(objective.Indicator))
                    context.Report(setting.Length == 0 ? path : $"{path}:{setting}", text.Length == 0 ? message : $"\"{text}\" {message}");
            }
        }
    }

    private bool IsOurs(Indicator indicator) =>
        string.Equals(indicator.Source, source, StringComparison.Ordinal) || (indicator.Source.Length == 0 && isOnlySource);
}
