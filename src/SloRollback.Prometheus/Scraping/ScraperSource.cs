using System.Collections.Concurrent;
using System.Collections.Immutable;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus.Scraping;

/// <summary>Reads indicators from what the <see cref="Scraper"/> has kept.</summary>
internal sealed class ScraperSource(Scraper scraper, TimeProvider time) : IMetricSource
{
    private readonly ConcurrentDictionary<string, (SelectorMatcher? Matcher, SelectorError? Error)> matchers = new(StringComparer.Ordinal);

    public Task<SliReadResult> ReadAsync(SliReadRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Read(request, cancellationToken));
    }

    private SliReadResult Read(SliReadRequest request, CancellationToken cancellationToken)
    {
        var options = scraper.Options;
        var window = new StepWindow(request.Grid, Duration.FromTimeSpan(options.GapTolerance));
        var (successes, attempts) = scraper.Store.ReadScrapes();
        var scrapedSteps = attempts.Select(t => window.StepOf(t)).ToHashSet();
        var targets = TargetActivity.FromScrapes(successes);

        var span = new SampledSpan(window);
        var selected = new Dictionary<string, SelectedSeries>(StringComparer.Ordinal);
        var outcomes = ImmutableArray.CreateBuilder<SliOutcome>(request.Queries.Length);
        var rows = new List<(SliRowKey Key, SelectedSeries First, SelectedSeries Second)>();
        foreach (var query in request.Queries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Select(query.Indicator, selected, span, out var rejected) is var (first, second))
            {
                rows.Add((new SliRowKey(outcomes.Count), first, second));
                outcomes.Add(SliOutcome.Read(Math.Max(first.Newest, second.Newest) is var newest && newest == SampledSpan.Never
                    ? null
                    : Instant.FromUnixTimeMilliseconds(newest)));
            }
            else
            {
                outcomes.Add(rejected!);
            }
        }

        // Beyond the retention samples are missing, and the counts made of the rest would be too low.
        var oldest = time.GetUtcNow().ToUnixTimeMilliseconds() - (long)options.Retention.TotalMilliseconds;
        var forgotten = (int)Math.Clamp(window.StepOf(oldest - 1) + 1 - window.First, 0, window.Count);
        var table = new SliTable([.. rows.Select(r => r.Key)], window.Count);
        var cells = new IndicatorCells(window, targets, scrapedSteps.Contains);
        for (var i = 0; i < rows.Count; i++)
        {
            var row = table.Row(i);
            cells.Fill(rows[i].First.Series, rows[i].Second.Series, row);
            row[..forgotten].Clear();
        }

        var result = outcomes.MoveToImmutable();

        // The samples carry our own clock's time.
        return new SliReadResult { Outcomes = result, Table = table, ClockOffset = Duration.Zero };
    }

    private (SelectedSeries First, SelectedSeries Second)? Select(
        Indicator indicator,
        Dictionary<string, SelectedSeries> selected,
        SampledSpan span,
        out SliOutcome? rejected)
    {
        if (IndicatorSelectors.Of(indicator, out rejected) is not var (first, second))
            return null;

        foreach (var selector in (ReadOnlySpan<string>)[first, second])
        {
            var (matcher, error) = matchers.GetOrAdd(selector, static s => (SelectorMatcher.Create(s, out var problem), problem));
            if (matcher is null)
            {
                rejected = SliOutcome.Failed(UnmeasuredReason.QueryRejected, $"{selector}: {error}", transient: false);
                return null;
            }

            if (!selected.ContainsKey(selector))
            {
                var series = scraper.Store.Read(matcher, span.Window.Earliest, span.Window.Latest);
                selected[selector] = new SelectedSeries(series, span.Add(series));
            }
        }

        return (selected[first], selected[second]);
    }

    private sealed record SelectedSeries(IReadOnlyList<CounterSeries> Series, long Newest);
}
