using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.BackFilling;
using SloRollback.Evaluation;
using SloRollback.Hosting.Evaluation;
using SloRollback.Hosting.Telemetry;
using SloRollback.Indicators;
using SloRollback.Services;

namespace SloRollback.Hosting.BackFilling;

/// <summary>Tells how the back-fill of a source goes: its beginning, every tenth, its end, and failures once per change of state.</summary>
internal sealed class BackFillWatch(string source, SloRollbackMetrics metrics, ILogger logger)
{
    private readonly Dictionary<ObjectiveKey, UnmeasuredReason> failing = [];
    private readonly List<(ObjectiveKey Key, SliOutcome Outcome)> failed = [];
    private bool hasBegun;
    private bool wasFailing;
    private int tenths;

    /// <summary>Something is about to be asked for.</summary>
    public void Began(ImmutableArray<ObjectiveState> objectives)
    {
        if (hasBegun)
            return;

        var started = objectives.Where(o => o.Counts.HasStarted).ToList();
        (hasBegun, tenths) = (true, (int)(Progress(objectives) * 10));
        EvaluationLog.BackFillBegan(logger, source, started.Count, started.Min(o => StartOf(o, BackFillPlan.Limit(o))));
    }

    /// <summary>One objective was read, or not.</summary>
    public void Read(ObjectiveState objective, SliOutcome outcome)
    {
        if (outcome.IsRead)
        {
            failing.Remove(objective.Key);
        }
        else if (!failing.TryGetValue(objective.Key, out var before) || before != outcome.Unmeasured)
        {
            failing[objective.Key] = outcome.Unmeasured;
            failed.Add((objective.Key, outcome));
        }
    }

    /// <summary>All that was answered is taken in.</summary>
    public void Answered(ImmutableArray<ObjectiveState> objectives)
    {
        if (failed is [var (key, outcome), ..])
            EvaluationLog.BackFillFailing(logger, source, failed.Count, key, outcome.Unmeasured, outcome.Detail);
        else if (wasFailing && failing.Count == 0)
            EvaluationLog.BackFillRecovered(logger, source);
        failed.Clear();
        wasFailing = failing.Count > 0;

        var progress = Progress(objectives);
        metrics.BackFilled(source, progress);
        if ((int)(progress * 10) <= tenths || progress >= 1)
            return;

        tenths = (int)(progress * 10);
        var until = objectives.Where(o => o.Counts.HasStarted).Max(o => StartOf(o, BackFillPlan.DoneFrom(o)));
        EvaluationLog.BackFillProgress(logger, source, tenths * 10, until);
    }

    /// <summary>There is nothing left to ask for.</summary>
    public void Done(ImmutableArray<ObjectiveState> objectives)
    {
        metrics.BackFilled(source, Progress(objectives));
        if (!hasBegun)
            return;

        hasBegun = false;
        EvaluationLog.BackFillDone(logger, source, objectives.Count(o => o.Counts.HasStarted && o.Counts.First > BackFillPlan.Limit(o)));
    }

    // An objective that was never read has no history to lack.
    private static double Progress(ImmutableArray<ObjectiveState> objectives) =>
        objectives.Where(o => o.Counts.HasStarted).Select(BackFillPlan.Progress).DefaultIfEmpty().Average();

    private static Instant StartOf(ObjectiveState objective, long step) => StepGrid.StartOf(step, objective.Terms.Step);
}
