using SloRollback.Indicators;

namespace SloRollback.Prometheus.Expressions;

/// <summary>Makes the cells of what is read as values of steps instead of increments of counters.</summary>
internal static class ExpressionCells
{
    /// <summary>A gauge's cell: its mean, whatever number that is.</summary>
    public static SliCell Gauge(SingleSeries values, int index, bool isAlive)
    {
        if (values.Mean(index) is { } mean)
            return new SliCell(StepState.Measured, mean, 0);

        return values.IsConflict(index) ? default : new SliCell(isAlive ? StepState.Missing : StepState.Unmeasured, 0, 0, AbsentSelectors.First);
    }

    /// <summary>
    /// The cell of two counts. A negative count is 0: it comes of subtracting what the server extrapolated. One that is no number is 0
    /// where the other is 0 too (0/0 without traffic), and else makes the step unmeasured, as an infinite one does.
    /// </summary>
    public static SliCell Counts(SingleSeries first, SingleSeries second, int index, bool isAlive)
    {
        if (first.IsConflict(index) || second.IsConflict(index))
            return default;

        double? a = first.Mean(index), b = second.Mean(index);
        var absent = (a is null ? AbsentSelectors.First : AbsentSelectors.None) | (b is null ? AbsentSelectors.Second : AbsentSelectors.None);
        if (absent == AbsentSelectors.Both)
            return new SliCell(isAlive ? StepState.Missing : StepState.Unmeasured, 0, 0, absent);

        var (x, y) = (a ?? 0, b ?? 0);
        if (double.IsInfinity(x) || double.IsInfinity(y))
            return default;

        // Not Math.Max, which hands on what is no number.
        var (m, n) = (x > 0 ? x : 0, y > 0 ? y : 0);
        return (double.IsNaN(x) || double.IsNaN(y)) && (m > 0 || n > 0) ? default : new SliCell(StepState.Measured, m, n, absent);
    }
}
