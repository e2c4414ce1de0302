using SloRollback.Indicators;

namespace SloRollback.BackFilling;

/// <summary>
/// Spreads the counts of a cell over its steps: evenly, in whole events, and so that they add up to the very same counts. What is not
/// whole goes into the last step.
/// </summary>
internal static class EvenSpread
{
    /// <summary>One step's share.</summary>
    /// <param name="cell">The counts of the whole cell.</param>
    /// <param name="step">Which of its steps, from 0.</param>
    /// <param name="steps">How many there are.</param>
    public static SliStep Of(in SliStep cell, long step, long steps)
    {
        if (steps == 1 || cell.Valid == 0)
            return cell;

        // Growth over a long gap is kept as stretches of equal steps.
        if (cell.State != StepState.Measured)
            return cell with { Bad = cell.Bad / steps, Valid = cell.Valid / steps };

        var good = cell.Valid - cell.Bad;
        var (badBefore, goodBefore) = (Before(cell.Bad, step, steps), Before(good, step, steps));
        var isLast = step == steps - 1;
        var bad = (isLast ? cell.Bad : Before(cell.Bad, step + 1, steps)) - badBefore;
        var valid = isLast
            ? cell.Valid - (badBefore + goodBefore)
            : Before(cell.Bad, step + 1, steps) + Before(good, step + 1, steps) - (badBefore + goodBefore);
        return valid > 0 ? cell with { Bad = Math.Min(bad, valid), Valid = valid } : new SliStep(StepState.NoTraffic);
    }

    private static double Before(double all, long step, long steps) => Math.Floor(all * step / steps);
}
