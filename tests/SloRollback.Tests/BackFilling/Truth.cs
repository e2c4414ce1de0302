namespace SloRollback.Tests.BackFilling;

/// <summary>
/// What a source knows of one objective: nothing before some time, then counts with outages. For objectives that count events an outage
/// is as long as whole cells of several steps, so that their sums say the same as their steps.
/// </summary>
internal sealed class Truth
{
    private readonly SliCell[] cells;
    private readonly long first;

    /// <param name="dice">Random choices.</param>
    /// <param name="first">The first step.</param>
    /// <param name="count">How many steps there are.</param>
    /// <param name="unit">Steps of a cell.</param>
    /// <param name="seam">A step that is good.</param>
    public Truth(Dice dice, long first, int count, int unit, long seam)
    {
        this.first = first;
        cells = new SliCell[count];
        var known = first + (dice.Chance(0.5) ? 0 : dice.Below((int)(seam - first)));
        var (value, until) = (default(SliCell?), 0L);
        for (var step = first; step < first + count; step++)
        {
            if (step >= until && step % unit == 0)
            {
                value = step < known || dice.Chance(0.1) ? dice.Of(new SliCell(StepState.Missing, 0, 0), new SliCell(StepState.Unmeasured, 0, 0)) : null;
                until = step + (unit * dice.Of(1, 1, 3, 10));
            }

            cells[step - first] = value ?? Counted(dice);
        }

        cells[seam - first] = new SliCell(StepState.Measured, 60, 0);
    }

    public long End => first + cells.Length;

    /// <summary>What is answered exactly for some steps together.</summary>
    public SliCell Cell(long step, long steps)
    {
        var range = cells.AsSpan((int)(step - first), (int)steps);
        var (good, bad, state) = (0.0, 0.0, range[0].State);
        foreach (var cell in range)
        {
            (good, bad) = (good + cell.First, bad + cell.Second);
            if (cell.State == StepState.Measured) state = StepState.Measured;
        }

        return new SliCell(state, good, bad);
    }

    private static SliCell Counted(Dice dice)
    {
        if (dice.Chance(0.05)) return new SliCell(StepState.Measured, 0, 0);

        var bad = dice.Chance(0.6) ? 0 : dice.Below(16);
        return new SliCell(StepState.Measured, 60 - bad, bad);
    }
}
