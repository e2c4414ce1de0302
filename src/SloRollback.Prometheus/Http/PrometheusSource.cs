using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus.Http;

/// <summary>
/// Reads indicators from a Prometheus HTTP API: the raw samples of each selector, once per read, from which the increments are
/// taken here and not by the server, whose <c>increase()</c> extrapolates.
/// </summary>
internal sealed class PrometheusSource(
    string name,
    IHttpClientFactory clients,
    IOptionsMonitor<PrometheusOptions> optionsMonitor,
    TimeProvider time) : IMetricSource
{
    /// <summary>The name under which the host finds our <see cref="HttpClient"/>.</summary>
    public static string ClientName(string name) => $"SloRollback.Prometheus.{name}";

    public async Task<SliReadResult> ReadAsync(SliReadRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var options = optionsMonitor.Get(name);
        using var http = clients.CreateClient(ClientName(name));
        var client = new PrometheusClient(http, options, time);
        var window = new StepWindow(request.Grid, Duration.FromTimeSpan(options.GapTolerance));

        var selectors = request.Queries.Select(q => (Pair: IndicatorSelectors.Of(q.Indicator, out var rejected), Rejected: rejected)).ToArray();
        var distinct = selectors.Where(s => s.Pair is not null)
            .SelectMany(s => new[] { s.Pair!.Value.First, s.Pair.Value.Second })
            .ToHashSet(StringComparer.Ordinal);
        var answers = await ReadSelectorsAsync(client, distinct, window, options.MaximumConcurrency, cancellationToken).ConfigureAwait(false);

        var outcomes = selectors.Select(s => s.Rejected ?? Outcome(answers[s.Pair!.Value.First], answers[s.Pair.Value.Second])).ToImmutableArray();
        var rows = Enumerable.Range(0, outcomes.Length).Where(i => outcomes[i].IsRead).Select(i => new SliRowKey(i));
        var table = new SliTable([.. rows], request.Grid.Count);
        var read = table.Rows.Select(r => selectors[r.Query].Pair!.Value).Select(p => (First: answers[p.First], Second: answers[p.Second])).ToArray();
        var isAlive = await AskForSignsOfLifeAsync(client, read, window, cancellationToken).ConfigureAwait(false);

        for (var row = 0; row < read.Length; row++)
        {
            var (first, second) = (read[row].First.Selected!, read[row].Second.Selected!);
            var targets = TargetActivity.FromSeries(first.Series, second.Series);
            IndicatorCells.Fill(first, second, window, targets, isAlive, table.Row(row));
        }

        // A connection that broke because we are asked to stop is no news about the source.
        cancellationToken.ThrowIfCancellationRequested();
        return new SliReadResult
        {
            Outcomes = outcomes,
            Table = table,
            ClockOffset = answers.Values.Select(a => a.Answer.ClockOffset).LastOrDefault(o => o is not null),
            Warnings = [.. answers.Values.SelectMany(a => a.Answer.Warnings).Distinct(StringComparer.Ordinal)],
        };
    }

    private async Task<Dictionary<string, SelectorAnswer>> ReadSelectorsAsync(
        PrometheusClient client,
        IReadOnlyCollection<string> selectors,
        StepWindow window,
        int concurrency,
        CancellationToken cancellationToken)
    {
        // What comes after the grid shows the far side of a gap in it; nothing is sampled in the future.
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var latest = Math.Min(window.Latest - 1, Math.Max(now, window.End - 1));

        using var free = new SemaphoreSlim(concurrency);
        var answers = await Task.WhenAll(selectors.Select(ReadAsync)).ConfigureAwait(false);
        return answers.ToDictionary(a => a.Selector, StringComparer.Ordinal);

        async Task<SelectorAnswer> ReadAsync(string selector)
        {
            await free.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                var sink = new CollectedSeries();
                var answer = await client.ReadSamplesAsync(selector, window.Earliest, latest, sink, cancellationToken).ConfigureAwait(false);
                if (answer is { Failure: null, HasHistograms: true })
                    answer = QueryAnswer.Failed(UnmeasuredReason.QueryRejected, "the selector matches native histograms, not counters", transient: false);

                return new SelectorAnswer(selector, answer, answer.Failure is null ? SelectorSeries.Create(sink.Series, window) : null);
            }
            finally
            {
                free.Release();
            }
        }
    }

    private static async Task<Func<long, bool>> AskForSignsOfLifeAsync(
        PrometheusClient client,
        IReadOnlyList<(SelectorAnswer First, SelectorAnswer Second)> read,
        StepWindow window,
        CancellationToken cancellationToken)
    {
        // Any sample of any indicator is a sign of life of the server, and free.
        var sampled = read.SelectMany(r => new[] { r.First, r.Second }).Select(a => a.Selected!.Sampled).Distinct().ToArray();
        bool IsSampled(long step) => Array.Exists(sampled, s => s.IsSampled(step));

        var indicators = read.Select(r => (r.First.Selected!.Sampled, r.Second.Selected!.Sampled)).ToArray();
        if (window.Count == 0 || Heartbeat.Needed(indicators, IsSampled, window) is not { } needed)
            return IsSampled;

        var alive = await Heartbeat.ReadAsync(client, needed.First, needed.Last, window.Step, cancellationToken).ConfigureAwait(false);
        return step => alive.Contains(step) || IsSampled(step);
    }

    private static SliOutcome Outcome(SelectorAnswer first, SelectorAnswer second)
    {
        if ((first.Answer.Failure ?? second.Answer.Failure) is { } failure)
            return failure;

        var sampled = new[] { first.Selected!.Sampled, second.Selected!.Sampled }.Where(s => s.Any).ToArray();
        return SliOutcome.Read(sampled.Length == 0 ? null : Instant.FromUnixTimeMilliseconds(sampled.Max(s => s.Newest)));
    }

    private sealed record SelectorAnswer(string Selector, QueryAnswer Answer, SelectorSeries? Selected);
}
