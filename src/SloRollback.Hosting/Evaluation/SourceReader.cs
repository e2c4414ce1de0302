using System.Collections.Concurrent;
using System.Collections.Immutable;
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

    // An hour of the default step: some hundred samples of each series.
    private const int LongestPiece = 60;
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
        Array.Fill(readings, ObjectiveReadings.None);
        var sources = Enumerable.Range(0, state.Objectives.Length)
            .Where(i => !state.Objectives[i].IsComposite)
            .GroupBy(i => state.Objectives[i].Objective.Indicator.Source is { Length: > 0 } name ? name : onlySource);
        var now = StepGrid.StartOf(newest + 1, state.Settings.Step);
        await Task.WhenAll(sources.Select(source => ReadAsync(state, source.Key, [.. source], now, readings, cancellationToken))).ConfigureAwait(false);
        return readings;
    }

    // One request for all that begin at the same step of the same grid, which is all of them unless one could not be read before or
    // counts longer slices: what that one lacks must not be read again for the others.
    private async Task ReadAsync(
        EngineState state, string source, int[] objectives, Instant now, ObjectiveReadings[] readings, CancellationToken cancellationToken)
    {
        var queries = objectives
            .Select(i => new SliQuery { Id = state.Objectives[i].Key.ToString(), Indicator = state.Objectives[i].Objective.Indicator })
            .ToImmutableArray();
        foreach (var together in Enumerable.Range(0, objectives.Length).GroupBy(i => Lacking(state, state.Objectives[objectives[i]], now)))
        {
            var members = together.ToArray();
            var grid = together.Key;
            if (grid.Count == 0)
            {
                // The slice goes on: what is known of it is what the last read said.
                foreach (var i in members)
                    readings[objectives[i]] = new ObjectiveReadings(state.Objectives[objectives[i]].Outcome, grid.First, ReadOnlyMemory<SliCell>.Empty, state.Objectives[objectives[i]].IsClockSkewed);
                continue;
            }

            var result = await ReadPiecesAsync(source, [.. members.Select(i => queries[i])], grid, cancellationToken).ConfigureAwait(false);
            var isSkewed = Tell(source, result, grid.Step);
            for (var i = 0; i < members.Length; i++)
                readings[objectives[members[i]]] = Reading(result, i, grid, isSkewed);
        }

        logs.GetOrAdd(source, name => new SourceLog(name, logger)).Report(queries, [.. objectives.Select(i => readings[i].Outcome)]);
    }

    // The steps that an objective lacks. Of one that counts slices there may be none: a slice is read when it is over.
    private static StepGrid Lacking(EngineState state, ObjectiveState objective, Instant now)
    {
        var newest = EngineState.Newest(objective, now);
        var first = state.FirstToRead(objective, newest);
        return new StepGrid(first, (int)Math.Max(0, newest + 1 - first), objective.Terms.Step);
    }

    // A long stretch is read in pieces, so that no answer grows out of bounds; a source that fails is not asked for the rest.
    private async Task<SliReadResult> ReadPiecesAsync(string source, ImmutableArray<SliQuery> queries, StepGrid grid, CancellationToken cancellationToken)
    {
        var pieces = new ReadPieces(queries.Length, grid);
        for (var read = 0; read < grid.Count && !pieces.IsHopeless; read += LongestPiece)
        {
            var piece = new StepGrid(grid.First + read, Math.Min(LongestPiece, grid.Count - read), grid.Step);
            var result = await AskAsync(source, new SliReadRequest { Queries = queries, Grid = piece }, grid.Step, cancellationToken).ConfigureAwait(false);
            pieces.Add(result, read, piece.Count);
        }

        return pieces.ToResult();
    }

    // Once per change of state, not once per step.
    private bool Tell(string source, SliReadResult result, Duration step)
    {
        foreach (var warning in result.Warnings)
        {
            if (warnings.Count < MostWarnings && warnings.TryAdd($"{source}|{warning}", true))
                EvaluationLog.SourceWarning(logger, source, warning);
        }

        var isSkewed = ClockSkew.IsTooLarge(result.ClockOffset, step);
        if (isSkewed && skewed.TryAdd(source, true))
            EvaluationLog.ClockSkewed(logger, source, result.ClockOffset);
        else if (result.ClockOffset is not null && !isSkewed && skewed.TryRemove(source, out _))
            EvaluationLog.ClocksAgree(logger, source);
        return isSkewed;
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

    private static ObjectiveReadings Reading(SliReadResult result, int query, StepGrid grid, bool isSkewed)
    {
        var outcome = result.Outcomes[query];
        return outcome.IsRead
            ? new ObjectiveReadings(outcome, grid.First, result.Table.Row(query).ToArray(), isSkewed)
            : ObjectiveReadings.Failed(outcome) with { IsClockSkewed = isSkewed };
    }
}
