using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Expressions;
using SloRollback.Prometheus.Planning;
using SloRollback.Prometheus.Reading;

namespace SloRollback.Prometheus.Http;

/// <summary>
/// Reads indicators from a Prometheus HTTP API: counters sample by sample or in exact sums, never by <c>increase()</c>, which
/// extrapolates, unless an estimate is asked for; everything else as its <see cref="IndicatorReading"/> says.
/// </summary>
internal sealed class PrometheusSource(
    string name,
    IHttpClientFactory clients,
    IOptionsMonitor<PrometheusOptions> optionsMonitor,
    TimeProvider time) : IMetricSource, IExplainedSource, IIndicatorInstances
{
    // Of what is not read step after step: an answer of some ten megabytes.
    private const long MaximumRawSamples = 500_000;

    private readonly IndicatorResolver resolver = new(time);
    private readonly CounterReaders readers = new();
    private readonly ConditionalWeakTable<Indicator, IndicatorReading> readings = [];

    /// <summary>The name under which the host finds our <see cref="HttpClient"/>.</summary>
    public static string ClientName(string name) => $"SloRollback.Prometheus.{name}";

    public async Task<SliReadResult> ReadAsync(SliReadRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var options = optionsMonitor.Get(name);
        using var http = clients.CreateClient(ClientName(name));
        using var context = Context(new PrometheusClient(http, options, time), options, request.Grid);

        var found = await ResolveAsync(request.Queries, context, cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var (reader, only) = readers.Get(Pairs(found), context.Window.Step, request.AllowEstimate || context.IsHistory, options.MaximumSelectorsPerQuery, now);
        using var turn = await reader.BeginAsync(cancellationToken).ConfigureAwait(false);
        var asked = reader.AskAsync(context, Limits(options), request.AllowEstimate, only, cancellationToken);
        var read = ReadOthersAsync(found, context, cancellationToken);

        // Both, even when one of them is stopped: the turn must not end while the other still fills what the next one uses.
        await Task.WhenAll(asked, read).ConfigureAwait(false);
        var (counters, others) = (await asked.ConfigureAwait(false), await read.ConfigureAwait(false));

        // A connection that broke because we are asked to stop is no news about the source.
        cancellationToken.ThrowIfCancellationRequested();
        return await ResultAsync(request, found, counters, others, context, cancellationToken).ConfigureAwait(false);
    }

    public string Explain(ImmutableArray<SliQuery> queries)
    {
        var options = optionsMonitor.Get(name);
        var found = queries.Select(q => readings.GetValue(q.Indicator, IndicatorReadings.Of)).ToArray();
        var reader = readers.Find(Pairs(found)) ?? new CounterReader(Pairs(found), options.MaximumSelectorsPerQuery);
        return PlanText.Of(reader, [.. queries.Select(q => q.Id).Zip(found)], options);
    }

    public async Task<IndicatorInstancesResult> ReadInstancesAsync(IndicatorInstancesRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var options = optionsMonitor.Get(name);
        using var http = clients.CreateClient(ClientName(name));
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        using var context = Context(new PrometheusClient(http, options, time), options, new StepGrid(0, 0, Duration.FromMinutes(1)));

        // Many indicators of a service have the same series.
        var asked = new Dictionary<string, Task<ImmutableArray<InstanceName>>>(StringComparer.Ordinal);
        var answers = new Task<ImmutableArray<InstanceName>>[request.Queries.Length];
        for (var i = 0; i < answers.Length; i++)
        {
            var reading = readings.GetValue(request.Queries[i].Indicator, IndicatorReadings.Of);
            if (reading is IndicatorReading.Latency)
                reading = await resolver.ResolveAsync(request.Queries[i].Indicator, now, context.Client, cancellationToken).ConfigureAwait(false);
            var question = InstanceQuestion.Of(reading, options);
            if (reading is IndicatorReading.Rejected)
                answers[i] = Task.FromResult(ImmutableArray<InstanceName>.Empty);
            else if (question is null)
                answers[i] = Task.FromResult(InstanceQuestion.Untold);
            else if (!asked.TryGetValue(question, out answers[i]!))
                answers[i] = asked[question] = context.LimitedAsync((client, ct) => InstanceQuestion.AskAsync(question, now, client, options, ct), cancellationToken);
        }

        return new IndicatorInstancesResult { Instances = [.. await Task.WhenAll(answers).ConfigureAwait(false)] };
    }

    private static ReadingLimits Limits(PrometheusOptions options) => new(options.Reading, options.MaximumRawSeries, MaximumRawSamples);

    private static ImmutableArray<SelectorPair> Pairs(IndicatorReading[] found)
    {
        var pairs = ImmutableArray.CreateBuilder<SelectorPair>(found.Length);
        foreach (var reading in found)
        {
            if (reading is IndicatorReading.Counters counters)
                pairs.Add(new SelectorPair(counters.First, counters.Second, counters.Bucket));
        }

        return pairs.DrainToImmutable();
    }

    private ReadContext Context(PrometheusClient client, PrometheusOptions options, StepGrid grid)
    {
        // What comes after the grid shows the far side of a gap in it; nothing is sampled in the future.
        var window = new StepWindow(grid, Duration.FromTimeSpan(options.GapTolerance));
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return new ReadContext(client, options, window, Math.Min(window.Latest - 1, Math.Max(now, window.End - 1))) { IsHistory = window.Latest < now };
    }

    // What a histogram is the server must be asked; everything else is written in the indicator.
    private async Task<IndicatorReading[]> ResolveAsync(ImmutableArray<SliQuery> queries, ReadContext context, CancellationToken cancellationToken)
    {
        var found = new IndicatorReading[queries.Length];
        var histograms = new List<int>();
        for (var i = 0; i < queries.Length; i++)
        {
            found[i] = readings.GetValue(queries[i].Indicator, IndicatorReadings.Of);
            if (found[i] is IndicatorReading.Latency)
                histograms.Add(i);
        }

        await Task.WhenAll(histograms.Select(async i => found[i] = await context.LimitedAsync(
            (client, ct) => resolver.ResolveAsync(queries[i].Indicator, context.Window.End - 1, client, ct), cancellationToken).ConfigureAwait(false))).ConfigureAwait(false);
        return found;
    }

    private static async Task<ReadIndicator?[]> ReadOthersAsync(IndicatorReading[] found, ReadContext context, CancellationToken cancellationToken)
    {
        var others = new ReadIndicator?[found.Length];
        var indices = Enumerable.Range(0, found.Length).Where(i => found[i] is not IndicatorReading.Counters);
        await Task.WhenAll(indices.Select(async i => others[i] = await context.LimitedAsync(
            (client, ct) => new ExpressionReader(client, context.Latest).ReadAsync(found[i], context.Window, ct), cancellationToken).ConfigureAwait(false))).ConfigureAwait(false);
        return others;
    }

    private async Task<SliReadResult> ResultAsync(
        SliReadRequest request, IndicatorReading[] found, CounterAnswer counters, ReadIndicator?[] others, ReadContext context, CancellationToken cancellationToken)
    {
        var span = new SampledSpan(context.Window);
        var outcomes = new SliOutcome[found.Length];
        var pairs = new int[found.Length];
        var rows = ImmutableArray.CreateBuilder<SliRowKey>(found.Length);
        var pair = 0;
        for (var i = 0; i < found.Length; i++)
        {
            pairs[i] = others[i] is null ? pair++ : -1;
            outcomes[i] = others[i] is { } other ? other.Outcome : counters.Take(pairs[i], span);
            if (outcomes[i].IsRead)
            {
                others[i]?.AddTo(span);
                rows.Add(new SliRowKey(i));
            }

            var warning = others[i] is null ? counters.Warning(pairs[i]) : null;
            if (others[i]?.IsDoubtful ?? counters.IsDoubtful(pairs[i]))
                resolver.Doubt(request.Queries[i].Indicator, hasSeries: warning is not null);
            context.Note(others[i]?.ClockOffset, others[i]?.Warnings ?? (warning is null ? [] : [warning]));
        }

        var isAlive = await SignsOfLife.AskAsync(context, span, counters.NeedsPast, cancellationToken).ConfigureAwait(false);
        var table = new SliTable(rows.DrainToImmutable(), request.Grid.Count);
        for (var row = 0; row < table.Rows.Length; row++)
        {
            var query = table.Rows[row].Query;
            if (others[query] is { } other)
                other.Fill(isAlive, table.Row(row));
            else
                counters.Fill(pairs[query], isAlive, table.Row(row));
        }

        return new SliReadResult
        {
            Outcomes = ImmutableCollectionsMarshal.AsImmutableArray(outcomes),
            Table = table,
            IsEstimate = counters.IsEstimate,
            ClockOffset = context.ClockOffset,
            Warnings = context.Warnings,
        };
    }
}
