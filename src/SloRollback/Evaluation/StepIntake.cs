using NodaTime;
using SloRollback.Indicators;

namespace SloRollback.Evaluation;

/// <summary>Books what was read of the newest steps, and of gaps that are filled. What comes before the first is back-fill's.</summary>
internal static class StepIntake
{
    /// <summary>Books the cells of steps that are recorded already: no new evaluation follows from them.</summary>
    public static void Fill(EngineState state, ObjectiveState objective, ObjectiveReadings readings)
    {
        if (objective.Tracker is not { HasStarted: true } tracker || readings.Cells.IsEmpty || readings.First >= tracker.Next)
            return;

        var known = (int)Math.Min(readings.Cells.Length, tracker.Next - readings.First);
        for (var i = (int)Math.Clamp(tracker.First - readings.First, 0, known); i < known; i++)
            FillGap(objective, readings, i);

        // All of a long gap that can be read was read.
        var furthest = Math.Max(tracker.OldestSingleStep, state.FurthestToRead(objective, readings.First + readings.Cells.Length - 1));
        if (readings.First <= Math.Max(furthest, objective.GapFrom ?? long.MaxValue))
            objective.GapFrom = null;
    }

    /// <summary>Books the next step, if it was read and ended by then; true when it was.</summary>
    public static bool TryRecord(ObjectiveState objective, ObjectiveReadings readings, Instant until)
    {
        var tracker = objective.Tracker!;
        var step = Unread(objective, readings);
        var index = step - readings.First;
        if (index >= readings.Cells.Length || StepGrid.StartOf(step + 1, objective.Terms.Step) > until)
            return false;

        // After longer than is read back, what lies between is not known.
        while (tracker.HasStarted && tracker.Next < step)
            Record(objective, tracker.Next, Cell(objective, tracker.Next, new SliCell(StepState.Unmeasured, 0, 0)), readings.Outcome);
        Record(objective, step, Cell(objective, readings, (int)index), readings.Outcome, readings.Cells.Span[(int)index].IsLongGap);
        NoteGap(objective, readings, step);
        return true;
    }

    /// <summary>The next step of which something was read.</summary>
    public static long Unread(ObjectiveState objective, ObjectiveReadings readings) =>
        objective.Tracker is { HasStarted: true } tracker ? Math.Max(tracker.Next, readings.First) : readings.First;

    /// <summary>Books the next step.</summary>
    public static void Record(ObjectiveState objective, long step, in SliCell cell, SliOutcome outcome, bool isLongGap = false)
    {
        objective.Newest = Kept(objective.Reader!.Read(step, cell, out var reason), isLongGap);
        objective.Outcome = reason == UnmeasuredReason.None
            ? outcome
            : outcome with { Unmeasured = reason, Detail = "the selector of good events has never matched a series" };
        objective.Tracker!.Record(step, objective.Newest);
        Correct(objective);
    }

    // Only a gap is filled afterwards, and what is spread over it told anew: what was measured when it was final stays.
    private static void FillGap(ObjectiveState objective, ObjectiveReadings readings, int index)
    {
        var step = readings.First + index;
        var cell = readings.Cells.Span[index];
        if (cell.State != StepState.Measured || !objective.Tracker!.IsGap(step))
            return;

        // What look-backs have seen events in stays so.
        var isLongGap = cell.IsLongGap && (objective.Tracker.IsBlank(step) || objective.Tracker.StateOf(step) == StepState.NoTraffic);
        var value = Kept(objective.Reader!.ReadAgain(step, Cell(objective, readings, index)), isLongGap);
        objective.Tracker.Correct(step, value);
        if (step == objective.Tracker.Next - 1)
            objective.Newest = value;
        Correct(objective);
    }

    // What a correction says of a long gap's step is no more for look-backs than what was booked of it before.
    private static void Correct(ObjectiveState objective)
    {
        foreach (var (step, value) in objective.Reader!.Corrections)
            objective.Tracker!.Correct(step, Kept(value, isLongGap: value.IsRecovered && objective.Tracker.IsBlank(step)));
    }

    private static SliCell Cell(ObjectiveState objective, ObjectiveReadings readings, int index) =>
        Cell(objective, readings.First + index, readings.Cells.Span[index]);

    private static SliCell Cell(ObjectiveState objective, long step, in SliCell cell) =>
        objective.IsDowntime(step, step + 1) ? new SliCell(StepState.Excluded, 0, 0) : cell;

    /// <summary>Growth over a gap that is too long to say when it came about counts for the budget, and for no look-back.</summary>
    public static SliStep Kept(in SliStep value, bool isLongGap) =>
        isLongGap && value.IsRecovered && value.State == StepState.Measured ? value with { State = StepState.Unmeasured } : value;

    // A long gap is read back only so far while it lasts. When it is over, all of it is read once: the source can then tell its growth.
    private static void NoteGap(ObjectiveState objective, ObjectiveReadings readings, long step)
    {
        var tracker = objective.Tracker!;
        var isCut = readings.Cells.Span[0].IsRecovered && tracker.IsBlank(readings.First - 1);
        if (!isCut && (tracker.IsBlank(step) || !tracker.IsBlank(step - 1)))
            return;

        var from = isCut ? readings.First : step;
        while (tracker.IsBlank(from - 1)) from--;
        if (isCut || step - from > objective.Terms.StepsIn(EngineState.GapTolerance))
            objective.GapFrom = Math.Min(from, objective.GapFrom ?? from);
    }
}
