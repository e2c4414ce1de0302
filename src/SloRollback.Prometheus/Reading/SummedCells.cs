using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;

namespace SloRollback.Prometheus.Reading;

/// <summary>Makes an indicator's cells of what the server summed, by the rules of <see cref="CounterIncrements"/> as far as sums tell.</summary>
/// <param name="window">The steps.</param>
/// <param name="every">The time between two sums, in milliseconds: every target is sampled once in it.</param>
/// <param name="isEstimate">Are the sums estimates? Then nothing is known of gaps inside the steps.</param>
/// <param name="isSourceAlive">Did the source sample anything in a step, some of which may lie before the window?</param>
internal sealed class SummedCells(StepWindow window, long every, bool isEstimate, Func<long, bool> isSourceAlive)
{
    /// <summary>No step is known.</summary>
    public const long Never = long.MinValue;

    /// <summary>Fills one row.</summary>
    /// <param name="first">The first selector's growth.</param>
    /// <param name="second">The second selector's growth.</param>
    /// <param name="past">What is known of the time before the window; then of that before the next.</param>
    /// <param name="row">The cells to fill.</param>
    public void Fill(SummedRow first, SummedRow second, ref SummedPast past, Span<SliCell> row)
    {
        var gap = default(Gap);
        for (var i = 0; i < row.Length; i++)
        {
            var step = window.First + i;
            var before = Math.Max(past.First, past.Second);
            if (first.IsPresent(i)) past.First = step;
            if (second.IsPresent(i)) past.Second = step;
            var absent = (IsPresent(past.First, step) ? AbsentSelectors.None : AbsentSelectors.First) | (IsPresent(past.Second, step) ? AbsentSelectors.None : AbsentSelectors.Second);

            if (!first.IsPresent(i) && !second.IsPresent(i))
            {
                row[i] = new SliCell(isSourceAlive(step) ? StepState.Missing : StepState.Unmeasured, 0, 0, absent);
                continue;
            }

            row[i] = new SliCell(StepState.Measured, first.Sum(i), second.Sum(i), absent);
            if (isEstimate)
                continue;

            // Targets are sampled at different times of the interval: the first of them come in the first sum, the others in the next.
            var sampled = Math.Min(first.FirstTime(i), second.FirstTime(i));
            if (IsBaseline(before, step))
                past.BaselineUntil = sampled + every;
            if (past.BaselineUntil > step * window.Step)
            {
                row[i] = Without(row[i], first.Until(i, past.BaselineUntil), second.Until(i, past.BaselineUntil));
                continue;
            }

            if (before == Never ? i > 0 && i < Reach : step - before > 1)
                gap = new Gap(before, step, sampled + every);
            if (sampled <= gap.ReturnsUntil)
                Spread(row, i, gap, first.Until(i, gap.ReturnsUntil), second.Until(i, gap.ReturnsUntil));
        }
    }

    private long Reach => Math.Max(1, SumExpression.Lookback / window.Step);

    // After so long a silence the server knows no value before: it would count the counters' whole lives.
    private bool IsBaseline(long before, long step)
    {
        if (before != Never)
            return step - before >= Reach;

        for (var earlier = step - 1; earlier >= step - Reach; earlier--)
        {
            if (isSourceAlive(earlier))
                return false;
        }

        return true;
    }

    private static SliCell Without(in SliCell cell, double first, double second) =>
        cell.First - first <= 0 && cell.Second - second <= 0
            ? new SliCell(StepState.Unmeasured, 0, 0, cell.Absent)
            : cell with { First = Math.Max(0, cell.First - first), Second = Math.Max(0, cell.Second - second) };

    // Of a gap whose beginning is not known it cannot be said over how many steps its growth is to be spread: whoever asks again from
    // before it is told.
    private void Spread(Span<SliCell> row, int index, in Gap gap, double first, double second)
    {
        if (gap.Before == Never)
        {
            row[index] = new SliCell(StepState.Unmeasured, 0, 0, row[index].Absent);
            return;
        }

        var blank = gap.End - gap.Before - 1;
        var isLong = (gap.End - gap.Before) * window.Step > window.GapTolerance;
        var (firstShare, secondShare) = (first / (blank + 1), second / (blank + 1));
        row[index] = row[index] with { First = row[index].First - first + firstShare, Second = row[index].Second - second + secondShare, IsRecovered = true, IsLongGap = isLong };
        for (var step = Math.Max(window.First, gap.Before + 1); step < gap.End; step++)
        {
            ref var cell = ref row[(int)(step - window.First)];
            cell = cell with { State = StepState.Measured, First = cell.First + firstShare, Second = cell.Second + secondShare, IsRecovered = true, IsLongGap = isLong };
        }
    }

    private bool IsPresent(long last, long step) => last != Never && (step - last) * window.Step <= window.GapTolerance;

    /// <summary>Steps without any sample.</summary>
    /// <param name="Before">The last step with samples before them, or <see cref="Never"/>.</param>
    /// <param name="End">The first with samples after them.</param>
    /// <param name="ReturnsUntil">Until when targets may show for the first time again: one scrape interval after the first of them.</param>
    private readonly record struct Gap(long Before, long End, long ReturnsUntil);
}
