using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Expressions;

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
    private readonly IndicatorResolver resolver = new(time);

    /// <summary>The name under which the host finds our <see cref="HttpClient"/>.</summary>
    public static string ClientName(string name) => $"SloRollback.Prometheus.{name}";

    public async Task<SliReadResult> ReadAsync(SliReadRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var options = optionsMonitor.Get(name);
        using var http = clients.CreateClient(ClientName(name));
        var client = new PrometheusClient(http, options, time);
        var window = new StepWindow(request.Grid, Duration.FromTimeSpan(options.GapTolerance));

        using var free = new SemaphoreSlim(options.MaximumConcurrency);
        var readings = await Task.WhenAll(request.Queries.Select(q => ResolveAsync(client, q.Indicator, window, free, cancellationToken))).ConfigureAwait(false);
        var distinct = readings.OfType<IndicatorReading.Counters>().Where(c => !c.Bucket).SelectMany(c => new[] { c.First, c.Second }).ToHashSet(StringComparer.Ordinal);
        var reads = ReadOthersAsync(client, readings, window, free, cancellationToken);
        var answers = await ReadSelectorsAsync(client, distinct, window, free, cancellationToken).ConfigureAwait(false);
        var others = await reads.ConfigureAwait(false);
        foreach (var index in others.Where(o => o.Value.IsDoubtful).Select(o => o.Key))
            resolver.Doubt(request.Queries[index].Indicator, others[index].HasLackingBuckets);

        var outcomes = readings.Select((r, i) => others.TryGetValue(i, out var other) ? other.Outcome : Outcome(answers, (IndicatorReading.Counters)r)).ToImmutableArray();
        var rows = Enumerable.Range(0, outcomes.Length).Where(i => outcomes[i].IsRead).Select(i => new SliRowKey(i));
        var table = new SliTable([.. rows], request.Grid.Count);
        var read = table.Rows.Where(r => !others.ContainsKey(r.Query)).ToDictionary(r => r.Query, r => Answers(answers, (IndicatorReading.Counters)readings[r.Query]));
        var isAlive = await AskForSignsOfLifeAsync(client, read.Values, [.. others.Values.Where(o => o.Outcome.IsRead)], window, cancellationToken).ConfigureAwait(false);

        for (var row = 0; row < table.Rows.Length; row++)
        {
            var query = table.Rows[row].Query;
            if (others.TryGetValue(query, out var other))
            {
                other.Fill(isAlive, table.Row(row));
                continue;
            }

            var (first, second) = (read[query].First.Selected!, read[query].Second.Selected!);
            var targets = TargetActivity.FromSeries(first.Series, second.Series);
            IndicatorCells.Fill(first, second, window, targets, isAlive, table.Row(row));
        }

        // A connection that broke because we are asked to stop is no news about the source.
        cancellationToken.ThrowIfCancellationRequested();
        return new SliReadResult
        {
            Outcomes = outcomes,
            Table = table,
            ClockOffset = answers.Values.Select(a => a.Answer.ClockOffset).Concat(others.Values.Select(o => o.ClockOffset)).LastOrDefault(o => o is not null),
            Warnings = [.. answers.Values.SelectMany(a => a.Answer.Warnings).Concat(others.Values.SelectMany(o => o.Warnings)).Distinct(StringComparer.Ordinal)],
        };
    }

    private static async Task<T> LimitedAsync<T>(SemaphoreSlim free, Func<Task<T>> read, CancellationToken cancellationToken)
    {
        await free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await read().ConfigureAwait(false);
        }
        finally
        {
            free.Release();
        }
    }

    private Task<IndicatorReading> ResolveAsync(
        PrometheusClient client, Indicator indicator, StepWindow window, SemaphoreSlim free, CancellationToken cancellationToken) =>
        LimitedAsync(free, () => resolver.ResolveAsync(indicator, window.End - 1, client, cancellationToken), cancellationToken);

    private async Task<Dictionary<int, ReadIndicator>> ReadOthersAsync(
        PrometheusClient client, IndicatorReading[] readings, StepWindow window, SemaphoreSlim free, CancellationToken cancellationToken)
    {
        var reader = new ExpressionReader(client, time.GetUtcNow().ToUnixTimeMilliseconds());
        var read = readings.Index().Where(r => r.Item is not IndicatorReading.Counters { Bucket: false });
        var others = await Task.WhenAll(read.Select(ReadAsync)).ConfigureAwait(false);
        return others.ToDictionary();

        async Task<KeyValuePair<int, ReadIndicator>> ReadAsync((int Index, IndicatorReading Reading) one) =>
            new(one.Index, await LimitedAsync(free, () => reader.ReadAsync(one.Reading, window, cancellationToken), cancellationToken).ConfigureAwait(false));
    }

    private async Task<Dictionary<string, SelectorAnswer>> ReadSelectorsAsync(
        PrometheusClient client,
        IReadOnlyCollection<string> selectors,
        StepWindow window,
        SemaphoreSlim free,
        CancellationToken cancellationToken)
    {
        // What comes after the grid shows the far side of a gap in it; nothing is sampled in the future.
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var latest = Math.Min(window.Latest - 1, Math.Max(now, window.End - 1));

        var answers = await Task.WhenAll(selectors.Select(ReadAsync)).ConfigureAwait(false);
        return answers.ToDictionary(a => a.Selector, StringComparer.Ordinal);

        Task<SelectorAnswer> ReadAsync(string selector) => LimitedAsync(
            free,
            async () =>
            {
                var sink = new CollectedSeries();
                var answer = await client.ReadSamplesAsync(selector, window.Earliest, latest, sink, cancellationToken).ConfigureAwait(false);
                if (answer is { Failure: null, HasHistograms: true })
                    answer = QueryAnswer.Failed(UnmeasuredReason.QueryRejected, "the selector matches native histograms, not counters", transient: false);

                return new SelectorAnswer(selector, answer, answer.Failure is null ? SelectorSeries.Create(sink.Series, window) : null);
            },
            cancellationToken);
    }

    private static async Task<Func<long, bool>> AskForSignsOfLifeAsync(
        PrometheusClient client,
        IReadOnlyCollection<(SelectorAnswer First, SelectorAnswer Second)> read,
        ImmutableArray<ReadIndicator> others,
        StepWindow window,
        CancellationToken cancellationToken)
    {
        // Any sample of any indicator is a sign of life of the server, and free.
        var pairs = read.Select(r => (First: r.First.Selected!.Sampled, Second: r.Second.Selected!.Sampled))
            .Concat(others.Select(o => o.Counters).OfType<(SampledSteps First, SampledSteps Second)>()).ToArray();
        var sampled = pairs.SelectMany(p => new[] { p.First, p.Second }).Distinct().ToArray();
        bool IsInWindow(long step) => step >= window.First && step < window.First + window.Count;
        bool IsSampled(long step) => Array.Exists(sampled, s => s.IsSampled(step)) || (IsInWindow(step) && others.Any(o => o.IsSampled(step)));

        var needed = window.Count == 0 ? null : others.Where(o => o.Counters is null).Select(o => o.Blank).Aggregate(Heartbeat.Needed(pairs, IsSampled, window), Join);
        if (needed is not { } asked)
            return IsSampled;

        var alive = await Heartbeat.ReadAsync(client, asked.First, asked.Last, window.Step, cancellationToken).ConfigureAwait(false);
        return step => alive.Contains(step) || IsSampled(step);
    }

    private static (long First, long Last)? Join((long First, long Last)? one, (long First, long Last)? other) => (one, other) switch
    {
        ({ } a, { } b) => (Math.Min(a.First, b.First), Math.Max(a.Last, b.Last)),
        _ => one ?? other,
    };

    private static (SelectorAnswer First, SelectorAnswer Second) Answers(Dictionary<string, SelectorAnswer> answers, IndicatorReading.Counters counters) =>
        (answers[counters.First], answers[counters.Second]);

    private static SliOutcome Outcome(Dictionary<string, SelectorAnswer> answers, IndicatorReading.Counters counters)
    {
        var (first, second) = Answers(answers, counters);
        if ((first.Answer.Failure ?? second.Answer.Failure) is { } failure)
            return failure;

        var sampled = new[] { first.Selected!.Sampled, second.Selected!.Sampled }.Where(s => s.Any).ToArray();
        return SliOutcome.Read(sampled.Length == 0 ? null : Instant.FromUnixTimeMilliseconds(sampled.Max(s => s.Newest)));
    }

    private sealed record SelectorAnswer(string Selector, QueryAnswer Answer, SelectorSeries? Selected);
}
