using NodaTime;
using SloRollback.Evaluation;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Policies;

namespace SloRollback.BackFilling;

/// <summary>
/// What is to be read next of the time before an objective's first step, newest first. Events are asked for in cells of an hour, as
/// estimates; slices cannot be made of hours, so they are asked for one by one and exactly. Pure: everything follows from what is
/// there already, so that it goes on where it stopped, after a restart too.
/// </summary>
internal static class BackFillPlan
{
    // Counts of this much time are one cell.
    private static readonly Duration Cell = Duration.FromHours(1);

    // Exact steps come from raw samples: so many of them are asked for at a time, as of live ones.
    private const int MostExactSteps = 60;

    // Where a source has nothing, as much again as was empty so far is asked for, up to so many times the usual stretch.
    private const int MostEmptyStretches = 16;

    /// <summary>
    /// The first step that is filled in. Of a rolling period its beginning; of a calendar period the current one's, or as far back as
    /// the recent mean rate and the rules' look-backs reach. What the period before still lacks is not asked for: a finished period
    /// shows how much of it was measured. Never further than counts are kept.
    /// </summary>
    /// <param name="objective">An objective that has started.</param>
    public static long Limit(ObjectiveState objective)
    {
        var (tracker, terms) = (objective.Tracker!, objective.Terms);
        var kept = tracker.Next - terms.LongestPeriodSteps;
        return tracker.PeriodStart is { } start ? Math.Max(kept, Math.Min(start, tracker.Next - objective.BackFill!.ReachSteps)) : kept;
    }

    /// <summary>The oldest step that was asked for and answered: from it on nothing is read again.</summary>
    /// <param name="objective">An objective that has started.</param>
    public static long DoneFrom(ObjectiveState objective) => objective.Tracker!.First - objective.BackFill!.HeldSteps;

    /// <summary>How much of what it is to know of its history an objective knows, or knows that the source has not: 0 to 1.</summary>
    public static double Progress(ObjectiveState objective)
    {
        if (objective.Tracker is not { HasStarted: true } tracker)
            return 0;

        var (done, all) = (tracker.Next - DoneFrom(objective), tracker.Next - Limit(objective));
        return done >= all ? 1 : (double)done / all;
    }

    /// <summary>The stretch to be read next, or <see langword="null"/> when there is none.</summary>
    /// <param name="objective">An objective that is read from a source.</param>
    /// <param name="chunk">How much time is asked for at once.</param>
    public static BackFillStretch? Next(ObjectiveState objective, Duration chunk)
    {
        if (objective is not { BackFill: { } state, Tracker: { HasStarted: true } tracker })
            return null;

        var (end, limit, step) = (DoneFrom(objective), Limit(objective), objective.Terms.Step);
        if (end <= limit)
            return null;

        var cell = objective.Terms.IsSliced ? 1 : Math.Max(1, (long)Math.Floor(Cell / step));
        var isExact = objective.Terms.IsSliced || end % cell != 0 || end - cell < limit || IsMixed(objective, end - cell, end);
        if (isExact)
        {
            // Up to where the next cell of several steps can end.
            var from = objective.Terms.IsSliced ? limit : Math.Max(limit, (end - 1) / cell * cell);
            var most = Longer(Math.Min(MostExactSteps, InSteps(chunk, step)), state.HeldSteps);
            from = Math.Max(from, end - most);
            return new BackFillStretch(new StepGrid(from, (int)(end - from), step), AllowEstimate: false);
        }

        var cells = 1;
        for (var wanted = Longer(InSteps(chunk, step * cell), state.HeldSteps / cell); cells < wanted; cells++)
        {
            var from = end - ((cells + 1) * cell);
            if (from < limit || IsMixed(objective, from, from + cell))
                break;
        }

        return new BackFillStretch(new StepGrid((end / cell) - cells, cells, step * cell), AllowEstimate: true);
    }

    /// <summary>Steps that rules and budget look back at, beside the period itself.</summary>
    public static long Reach(Objective objective, ObjectiveTerms terms) => objective.Rules
        .SelectMany(rule => BurnWindows.Of(rule.When, objective.Target).Select(w => w.Long).Concat(Conditions.Of(rule.When).Select(Lookback)))
        .Select(terms.StepsIn)
        .Append(terms.RecentSteps)
        .Max();

    // Traffic is compared with the same stretch a week ago.
    private static Duration Lookback(Condition condition) => condition switch
    {
        BudgetConsumedCondition consumed => consumed.Lookback,
        TrafficLostCondition => Duration.FromDays(8),
        _ => Duration.Zero,
    };

    // Not to be asked for as one cell: its steps do not belong together, or are counted apart.
    private static bool IsMixed(ObjectiveState objective, long from, long to) =>
        objective.Tracker!.IsAnyMarkInside(from, to) || IsCutByPeriod(objective.Terms, from, to) || IsPartlyDowntime(objective, from, to);

    private static bool IsCutByPeriod(ObjectiveTerms terms, long from, long to) =>
        !terms.IsRolling && terms.CalendarPeriodAt(StepGrid.StartOf(to - 1, terms.Step)).Start > StepGrid.StartOf(from, terms.Step);

    // Downtimes are judged step by step.
    private static bool IsPartlyDowntime(ObjectiveState objective, long from, long to)
    {
        if (objective.Downtimes is null || !objective.IsDowntime(from, to))
            return false;

        while (from < to && objective.IsDowntime(from, from + 1))
            from++;
        return from < to;
    }

    private static long InSteps(Duration chunk, Duration step) => Math.Max(1, (long)Math.Floor(chunk / step));

    private static long Longer(long usual, long empty) => Math.Max(usual, Math.Min(empty, MostEmptyStretches * usual));
}
