using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Evaluation;
using SloRollback.Indicators;

namespace SloRollback.Hosting.Evaluation;

/// <summary>Reads all objectives up to the newest final step: one request per metric source, all sources at once.</summary>
internal sealed class SourceReader(IServiceProvider services, IEnumerable<ProviderRegistration> providers, TimeProvider time, ILoggerFactory loggers)
{
    // Warnings that name changing things would otherwise fill memory and log.
    private const int MostWarnings = 100;
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(30);

    private readonly ILogger logger = loggers.CreateLogger("SloRollback.MetricSource");
    private readonly ConcurrentDictionary<string, SourceLog> logs = new();
    private readonly ConcurrentDictionary<string, bool> warnings = new();
    private readonly ConcurrentDictionary<string, string> faults = new();
    private readonly ConcurrentDictionary<string, bool> skewed = new();

    // An indicator without a source's name is read from the only one there is; the check at start has made sure of that.
    private readonly string onlySource = providers.FirstOrDefault(p => p.Kind == ProviderKind.MetricSource)?.Name ?? "";

    /// <summary>Reads. Answers one entry per objective, in the engine's order; throws only when cancelled.</summary>
    /// <param name="state">The engine's state: it says from where each objective is to be read.</param>
    /// <param name="newest">The newest final step.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    public async Task<ObjectiveReadings[]> ReadAsync(EngineState state, long newest, CancellationToken cancellationToken)
    {
        var readings = new ObjectiveReadings[state.Objectives.Length];
        var sources = Enumerable.Range(0, state.Objectives.Length)
            .GroupBy(i => state.Objectives[i].Objective.Indicator.Source is { Length: > 0 } name ? name : onlySource);
        await Task.WhenAll(sources.Select(source => ReadAsync(state, source.Key, [.. source], newest, readings, cancellationToken))).ConfigureAwait(false);
        return readings;
    }

    private async Task ReadAsync(
        EngineState state, string source, int[] objectives, long newest, ObjectiveReadings[] readings, CancellationToken cancellationToken)
    {
        var firsts = objectives.Select(i => state.FirstToRead(state.Objectives[i], newest)).ToArray();
        var first = Math.Min(firsts.Min(), newest);
        var request = new SliReadRequest
        {
            Queries = [.. objectives.Select(i => new SliQuery { Id = state.Objectives[i].Key.ToString(), Indicator = state.Objectives[i].Objective.Indicator })],
            Grid = new StepGrid(first, (int)(newest + 1 - first), state.Settings.Step),
        };
        var result = await AskAsync(source, request, state.Settings.Step, cancellationToken).ConfigureAwait(false);
        logs.GetOrAdd(source, name => new SourceLog(name, logger)).Report(request.Queries, result.Outcomes);
        foreach (var warning in result.Warnings)
        {
            if (warnings.Count < MostWarnings && warnings.TryAdd($"{source}|{warning}", true))
                EvaluationLog.SourceWarning(logger, source, warning);
        }

        var isSkewed = ClockSkew.IsTooLarge(result.ClockOffset, state.Settings.Step);
        if (isSkewed && skewed.TryAdd(source, true))
            EvaluationLog.ClockSkewed(logger, source, result.ClockOffset);
        else if (result.ClockOffset is not null && !isSkewed && skewed.TryRemove(source, out _))
            EvaluationLog.ClocksAgree(logger, source);
        for (var i = 0; i < objectives.Length; i++)
            readings[objectives[i]] = Slice(result, i, request.Grid.Count, (int)(firsts[i] - first), firsts[i], isSkewed);
    }

    private async Task<SliReadResult> AskAsync(string name, SliReadRequest request, Duration step, CancellationToken cancellationToken)
    {
        try
        {
            var timeout = step.ToTimeSpan() * 2;
            using var limit = new Deadline(timeout > ShortestTimeout ? timeout : ShortestTimeout, time, cancellationToken);
            try
            {
                var result = await services.GetRequiredKeyedService<IMetricSource>(name).ReadAsync(request, limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
                faults.TryRemove(name, out _);
                return result ?? Failed(request, SliOutcome.Failed(UnmeasuredReason.SourceFault, "the source answered nothing", transient: true));
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return Failed(request, SliOutcome.Failed(UnmeasuredReason.Timeout, "the source did not answer in time", transient: true));
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The same fault at every step is one piece of news.
            var fault = $"{e.GetType()}: {e.Message}";
            if (!faults.TryGetValue(name, out var before) || before != fault)
                EvaluationLog.SourceFault(logger, e, name);
            faults[name] = fault;
            return Failed(request, SliOutcome.Failed(UnmeasuredReason.SourceFault, $"{e.GetType().Name}: {e.Message}", transient: true));
        }
    }

    private static SliReadResult Failed(SliReadRequest request, SliOutcome outcome) =>
        new() { Outcomes = [.. request.Queries.Select(_ => outcome)] };

    private static ObjectiveReadings Slice(SliReadResult result, int query, int steps, int skip, long first, bool isSkewed)
    {
        if (query >= result.Outcomes.Length)
            return ObjectiveReadings.Failed(SliOutcome.Failed(UnmeasuredReason.SourceFault, "the source gave no outcome for this query", transient: true));

        var outcome = result.Outcomes[query];
        if (!outcome.IsRead)
            return ObjectiveReadings.Failed(outcome) with { IsClockSkewed = isSkewed };

        var row = result.Table.Rows.IndexOf(new SliRowKey(query));
        return row < 0 || result.Table.Steps != steps
            ? ObjectiveReadings.Failed(SliOutcome.Failed(UnmeasuredReason.SourceFault, "the source gave no counts for this query", transient: true))
            : new ObjectiveReadings(outcome, first, result.Table.Row(row)[skip..].ToArray(), isSkewed);
    }
}
