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
            if (!isEstimate && IsBaseline(before, step))
                past.BaselineUntil = Math.Min(first.FirstTime(i), second.FirstTime(i)) + every;
            if (!isEstimate && past.BaselineUntil > step * window.Step)
                row[i] = Without(row[i], first.Until(i, past.BaselineUntil), second.Until(i, past.BaselineUntil));
            else if (!isEstimate && before != Never && step - before > 1)
                Spread(row, i, (int)(step - before - 1), first.First(i), second.First(i));
        }
    }

    // After so long a silence the server knows no value before: it would count the counters' whole lives. Targets are sampled at
    // different times of the interval, so that the first of them come in the first sum or in the next.
    private bool IsBaseline(long before, long step)
    {
        var reach = Math.Max(1, SumExpression.Lookback / window.Step);
        if (before != Never)
            return step - before >= reach;

        for (var earlier = step - 1; earlier >= step - reach; earlier--)
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

    private static void Spread(Span<SliCell> row, int index, int blank, double first, double second)
    {
        var (firstShare, secondShare) = (first / (blank + 1), second / (blank + 1));
        row[index] = row[index] with { First = row[index].First - first + firstShare, Second = row[index].Second - second + secondShare, IsRecovered = true };
        for (var i = Math.Max(0, index - blank); i < index; i++)
            row[i] = row[i] with { State = StepState.Measured, First = firstShare, Second = secondShare, IsRecovered = true };
    }

    private bool IsPresent(long last, long step) => last != Never && (step - last) * window.Step <= window.GapTolerance;
}
