using SloRollback.Evaluation;
using SloRollback.Indicators;
using SloRollback.Objectives;

namespace SloRollback.BackFilling;

/// <summary>Says which of an objective's oldest cells are not booked yet.</summary>
internal static class BackFillHold
{
    /// <summary>How many of the cells are held back.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="cells">All that is known before its first step, oldest first.</param>
    /// <param name="isLast">Is nothing older asked for?</param>
    public static int Count(ObjectiveState objective, List<(SliCell Cell, long Steps)> cells, bool isLast)
    {
        var empty = cells.FindIndex(c => !BackFillState.IsEmpty(c.Cell));
        if (empty < 0)
            return cells.Count;
        if (isLast || objective.Objective is not { Budgeting: BudgetingMethod.Timeslices, Slices: { Consecutive: > 1 } slices })
            return empty;

        // What ends a run ends it whatever came before.
        return cells.Take(empty).Any(c => c.Cell.State != StepState.Unmeasured) ? empty : OpenRun(objective.Objective, slices, cells, empty);
    }

    // A run of bad slices that begins with the oldest cell may have begun before it: until as many are there as it takes, an older one
    // changes how these are booked.
    private static int OpenRun(Objective objective, TimeSlices slices, List<(SliCell Cell, long Steps)> cells, int from)
    {
        var reader = StepReader.Create(objective with { Slices = slices with { Consecutive = 1 } }, 1);
        reader.HasMatched = true;
        var bad = 0;
        for (var i = from; i < cells.Count; i++)
        {
            var slice = reader.Read(i, cells[i].Cell, out _);
            if (slice is { State: StepState.Measured, Bad: > 0 })
            {
                if (++bad == slices.Consecutive)
                    return i + 1;
            }
            else if (slice.State is not (StepState.Unmeasured or StepState.Inconsistent))
            {
                return i;
            }
        }

        return cells.Count;
    }
}
