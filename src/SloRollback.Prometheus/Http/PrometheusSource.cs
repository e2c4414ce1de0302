using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Planning;
using SloRollback.Prometheus.Reading;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus.Http;

/// <summary>
/// Reads indicators from a Prometheus HTTP API, counters sample by sample or summed exactly, never by <c>increase()</c>, which
/// extrapolates, unless an estimate is asked for.
/// </summary>
internal sealed class PrometheusSource(
    string name,
    IHttpClientFactory clients,
    IOptionsMonitor<PrometheusOptions> optionsMonitor,
    TimeProvider time) : IMetricSource
{
    // Of what is not read step after step: an answer of some ten megabytes.
    private const long MaximumRawSamples = 500_000;

    private readonly CounterReaders readers = new();
    private readonly ConditionalWeakTable<Indicator, CheckedIndicator> checkedIndicators = [];

    /// <summary>The name under which the host finds our <see cref="HttpClient"/>.</summary>
    public static string ClientName(string name) => $"SloRollback.Prometheus.{name}";

    public async Task<SliReadResult> ReadAsync(SliReadRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var options = optionsMonitor.Get(name);
        using var http = clients.CreateClient(ClientName(name));
        using var context = Context(new PrometheusClient(http, options, time), options, request.Grid);

        var indicators = request.Queries.Select(q => checkedIndicators.GetValue(q.Indicator, Check)).ToArray();
        var counters = indicators.Where(i => i.Rejected is null).Select(i => i.Pair).ToImmutableArray();
        var limits = new ReadingLimits(options.Reading, options.MaximumRawSeries, MaximumRawSamples);
        var cells = await readers.Get(counters, forEstimates: false, options.MaximumSelectorsPerQuery)
            .ReadAsync(context, limits, allowEstimate: false, cancellationToken).ConfigureAwait(false);

        var outcomes = ImmutableArray.CreateBuilder<SliOutcome>(indicators.Length);
        var rows = ImmutableArray.CreateBuilder<SliRowKey>();
        var sources = new List<int>();
        var counter = 0;
        foreach (var indicator in indicators)
        {
            var outcome = indicator.Rejected ?? cells.Outcomes[counter];
            if (outcome.IsRead)
            {
                rows.Add(new SliRowKey(outcomes.Count));
                sources.Add(counter);
            }

            outcomes.Add(outcome);
            counter += indicator.Rejected is null ? 1 : 0;
        }

        var table = new SliTable(rows.ToImmutable(), request.Grid.Count);
        for (var row = 0; row < sources.Count; row++)
            cells.Row(sources[row]).CopyTo(table.Row(row));

        return new SliReadResult { Outcomes = outcomes.MoveToImmutable(), Table = table, ClockOffset = context.ClockOffset, Warnings = context.Warnings };
    }

    /// <summary>How some indicators are read, in words: the queries, what each serves, and whether samples or sums are read.</summary>
    public string Explain(IEnumerable<Indicator> indicators)
    {
        var options = optionsMonitor.Get(name);
        var pairs = indicators.Select(i => checkedIndicators.GetValue(i, Check)).Where(c => c.Rejected is null).Select(c => c.Pair).ToImmutableArray();
        return PlanText.Of(readers.Get(pairs, forEstimates: false, options.MaximumSelectorsPerQuery), options);
    }

    private ReadContext Context(PrometheusClient client, PrometheusOptions options, StepGrid grid)
    {
        // What comes after the grid shows the far side of a gap in it; nothing is sampled in the future.
        var window = new StepWindow(grid, Duration.FromTimeSpan(options.GapTolerance));
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return new ReadContext(client, options, window, Math.Min(window.Latest - 1, Math.Max(now, window.End - 1)));
    }

    private static CheckedIndicator Check(Indicator indicator) => IndicatorSelectors.Of(indicator, out var rejected) is var (first, second)
        ? new CheckedIndicator(new SelectorPair(first, second), null)
        : new CheckedIndicator(default, rejected);

    private sealed record CheckedIndicator(SelectorPair Pair, SliOutcome? Rejected);
}
