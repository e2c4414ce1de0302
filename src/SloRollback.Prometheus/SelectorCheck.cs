using SloRollback.Indicators;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus;

/// <summary>The check at start of one source: its options, and the selectors of the indicators that are read from it.</summary>
/// <param name="source">The source's name.</param>
/// <param name="readOptions">Reads the options; throws what is wrong with them.</param>
/// <param name="registrations">All providers, to tell whether an indicator without source means this one.</param>
/// <param name="problem">What is wrong with a selector, or <see langword="null"/>.</param>
internal sealed class SelectorCheck(
    string source,
    Action readOptions,
    IEnumerable<ProviderRegistration> registrations,
    Func<string, string?> problem) : IConfigurationCheck
{
    private readonly bool isOnlySource = registrations.Where(r => r.Kind == ProviderKind.MetricSource).Distinct().Count() == 1;

    public static string? HttpProblem(string selector) => VectorSelectorParser.TryParse(selector, out _, out var error)
        ? null
        : $"{error}: an indicator is given as a vector selector such as http_requests_total{{code=~\"5..\"}}; SloRollback takes the increments itself";

    public static string? ScraperProblem(string selector) => SelectorMatcher.Create(selector, out var error) is null ? error!.ToString() : null;

    public void Check(ConfigurationCheckContext context)
    {
        OptionsCheck.Run(context, ConfigurationSections.Of(source), readOptions);

        foreach (var service in context.Services)
        {
            foreach (var objective in service.Objectives)
            {
                if (objective.Indicator is EventRatioIndicator ratio && IsOurs(ratio))
                    CheckSelectors(context, $"{service.Path}:Objectives:{objective.Id}:Indicator", ratio);
            }
        }
    }

    private bool IsOurs(Indicator indicator) =>
        string.Equals(indicator.Source, source, StringComparison.Ordinal) || (indicator.Source.Length == 0 && isOnlySource);

    private void CheckSelectors(ConfigurationCheckContext context, string path, EventRatioIndicator ratio)
    {
        foreach (var (name, selector) in IndicatorSelectors.Given(ratio))
        {
            if (problem(selector) is { } wrong)
                context.Report($"{path}:{name}", $"\"{selector}\" is not a selector: {wrong}");
        }
    }
}
