using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Evaluation;
using SloRollback.Indicators;

namespace SloRollback.Hosting.Evaluation;

/// <summary>Reads all objectives up to the newest final step: one request per metric source, all sources at once.</summary>
internal sealed class SourceReader(SourceCaller caller, ILoggerFactory loggers)
{
    // Warnings that name changing things would otherwise fill memory and log.
    private const int MostWarnings = 100;

    // An hour of the default step: some hundred samples of each series.
    private const int LongestPiece = 60;

    private readonly ILogger logger = loggers.CreateLogger("SloRollback.MetricSource");
    private readonly ConcurrentDictionary<string, SourceLog> logs = new();
    private readonly ConcurrentDictionary<string, bool> warnings = new();
    private readonly ConcurrentDictionary<string, bool> skewed = new();

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
            .GroupBy(i => caller.SourceOf(state.Objectives[i].Objective.Indicator));
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
            var (grid, isGap) = together.Key;
            if (grid.Count == 0)
            {
                // The slice goes on: what is known of it is what the last read said.
                foreach (var i in members)
                    readings[objectives[i]] = new ObjectiveReadings(state.Objectives[objectives[i]].Outcome, grid.First, ReadOnlyMemory<SliCell>.Empty, state.Objectives[objectives[i]].IsClockSkewed);
                continue;
            }

            var result = await ReadPiecesAsync(source, [.. members.Select(i => queries[i])], grid, isGap ? grid.Count : LongestPiece, cancellationToken).ConfigureAwait(false);
            var isSkewed = Tell(source, result, grid.Step);
            for (var i = 0; i < members.Length; i++)
                readings[objectives[members[i]]] = Reading(result, i, grid, isSkewed);
        }

        logs.GetOrAdd(source, name => new SourceLog(name, logger)).Report(queries, [.. objectives.Select(i => readings[i].Outcome)]);
    }

    // The steps that an objective lacks, and whether they are a gap that is over. Of one that counts slices there may be none: a slice
    // is read when it is over.
    private static (StepGrid Grid, bool IsGap) Lacking(EngineState state, ObjectiveState objective, Instant now)
    {
        var newest = EngineState.Newest(objective, now);
        var first = state.FirstToRead(objective, newest);
        return (new StepGrid(first, (int)Math.Max(0, newest + 1 - first), objective.Terms.Step), objective.GapFrom is not null);
    }

    // A long stretch is read in pieces, so that no answer grows out of bounds; a source that fails is not asked for the rest. A gap is
    // not cut, since its growth is spread over what is asked for, and it has few samples.
    private async Task<SliReadResult> ReadPiecesAsync(
        string source, ImmutableArray<SliQuery> queries, StepGrid grid, int longest, CancellationToken cancellationToken)
    {
        var pieces = new ReadPieces(queries.Length, grid);
        for (var read = 0; read < grid.Count && !pieces.IsHopeless; read += longest)
        {
            var piece = new StepGrid(grid.First + read, Math.Min(longest, grid.Count - read), grid.Step);
            var result = await caller.AskAsync(source, new SliReadRequest { Queries = queries, Grid = piece }, grid.Step, cancellationToken).ConfigureAwait(false);
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

    private static ObjectiveReadings Reading(SliReadResult result, int query, StepGrid grid, bool isSkewed)
    {
        var outcome = result.Outcomes[query];
        return outcome.IsRead
            ? new ObjectiveReadings(outcome, grid.First, result.Table.Row(query).ToArray(), isSkewed)
            : ObjectiveReadings.Failed(outcome) with { IsClockSkewed = isSkewed };
    }
}
