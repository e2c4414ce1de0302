using NodaTime;
using SloRollback.Evaluation;
using SloRollback.Indicators;

namespace SloRollback.BackFilling;

/// <summary>
/// Books history from before an objective's first step, backward from there. A step that is recorded is never touched, so an answer
/// that is too late to fit, as after a restart of the counts, is no answer.
/// </summary>
internal static class BackFillIntake
{
    /// <summary>Takes the answer to the stretch that <see cref="BackFillPlan.Next"/> asked for; false when it does not fit any more.</summary>
    public static bool Take(ObjectiveState objective, in BackFillReadings readings)
    {
        var (grid, state) = (readings.Stretch.Grid, objective.BackFill!);
        var steps = (long)Math.Round(grid.Step / objective.Terms.Step);
        if (objective.Tracker is not { HasStarted: true } || (grid.First + grid.Count) * steps != BackFillPlan.DoneFrom(objective))
            return false;

        var cells = new List<(SliCell Cell, long Steps)>(grid.Count + state.Held.Count);
        for (var i = 0; i < grid.Count; i++)
        {
            var first = (grid.First + i) * steps;
            cells.Add((objective.IsDowntime(first, first + steps) ? new SliCell(StepState.Excluded, 0, 0) : readings.Cells.Span[i], steps));
        }

        if (readings.IsEstimate && cells.Exists(c => !BackFillState.IsEmpty(c.Cell)))
            state.ApproximateBefore = state.ApproximateBefore is { } before ? Instant.Max(before, grid.End) : grid.End;

        cells.AddRange(state.Held);
        var held = BackFillHold.Count(objective, cells, isLast: grid.First * steps <= BackFillPlan.Limit(objective));
        if (held < cells.Count)
            Book(objective, cells, held);
        state.Hold(cells.Take(held));
        return true;
    }

    // Read forward by a reader of its own, booked backward.
    private static void Book(ObjectiveState objective, List<(SliCell Cell, long Steps)> cells, int held)
    {
        if (objective.Terms.IsSliced)
            (cells, held) = Single(cells, held);
        var reader = StepReader.Create(objective.Objective, cells.Count);
        reader.HasMatched = objective.Reader!.HasMatched;
        var values = new SliStep[cells.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = reader.Read(i, cells[i].Cell, out _);
            foreach (var (step, value) in reader.Corrections)
                values[step] = value;
        }

        objective.Reader.HasMatched |= reader.HasMatched;
        CarryBack(values, reader.Carry);
        for (var i = values.Length - 1; i >= held; i--)
            Prepend(objective, StepIntake.Kept(values[i], cells[i].Cell.IsLongGap), cells[i].Steps);

        foreach (var (fill, _) in objective.Feeds)
            fill.TakeIn();
        objective.IsRefilled = true;
    }

    // A slice is booked as a whole, so each has its own cell.
    private static (List<(SliCell Cell, long Steps)> Cells, int Held) Single(List<(SliCell Cell, long Steps)> cells, int held)
    {
        var single = new List<(SliCell, long)>(cells.Count);
        var count = 0;
        for (var i = 0; i < cells.Count; i++)
        {
            if (i == held) count = single.Count;
            for (var step = cells[i].Steps; step > 0; step--)
                single.Add((cells[i].Cell, 1));
        }

        return (single, count);
    }

    // The step that would take what is carried is booked already: those before it do.
    private static void CarryBack(SliStep[] values, double carry)
    {
        for (var i = values.Length - 1; i >= 0 && carry != 0; i--)
        {
            if (values[i].State != StepState.Measured)
                continue;

            var bad = Math.Clamp(values[i].Bad + carry, 0, values[i].Valid);
            carry -= bad - values[i].Bad;
            values[i] = values[i] with { Bad = bad };
        }
    }

    private static void Prepend(ObjectiveState objective, in SliStep value, long steps)
    {
        for (var i = steps - 1; i >= 0; i--)
        {
            var share = EvenSpread.Of(value, i, steps);
            objective.Tracker!.Prepend(share);
            foreach (var (fill, member) in objective.Feeds)
                fill.Add(member, objective.Tracker.First, share);
        }
    }
}
