using SloRollback.Indicators;

namespace SloRollback.Prometheus.Counters;

/// <summary>What was read for one selector: its series, and in which steps they were sampled.</summary>
/// <param name="Series">The series that matched.</param>
/// <param name="Sampled">Their samples by step.</param>
internal sealed record SelectorSeries(IReadOnlyList<CounterSeries> Series, SampledSteps Sampled)
{
    public static SelectorSeries Create(IReadOnlyList<CounterSeries> series, in StepWindow window) => new(series, new SampledSteps(series, window));
}

/// <summary>Makes the cells of one indicator from the series of its two selectors.</summary>
internal static class IndicatorCells
{
    /// <summary>Fills one row, a cell per step of the window.</summary>
    /// <param name="first">The first selector's series.</param>
    /// <param name="second">The second selector's series.</param>
    /// <param name="window">The steps.</param>
    /// <param name="targets">When targets were sampled.</param>
    /// <param name="isSourceAlive">Did the source sample anything, of anybody, in a step? Asked for blank steps only.</param>
    /// <param name="row">The cells to fill.</param>
    public static void Fill(
        SelectorSeries first,
        SelectorSeries second,
        in StepWindow window,
        TargetActivity targets,
        Func<long, bool> isSourceAlive,
        Span<SliCell> row)
    {
        var activity = new StepActivity(window, first.Sampled, second.Sampled, isSourceAlive);
        var increments = new CounterIncrements(window, activity, targets);
        var firstSums = increments.Sum(first.Series);
        var secondSums = increments.Sum(second.Series);

        for (var i = 0; i < row.Length; i++)
        {
            var step = window.First + i;
            var absent = (first.Sampled.IsPresent(step) ? AbsentSelectors.None : AbsentSelectors.First)
                | (second.Sampled.IsPresent(step) ? AbsentSelectors.None : AbsentSelectors.Second);

            row[i] = State(step, increments.IsCounted(i), activity) switch
            {
                StepState.Measured => new SliCell(StepState.Measured, firstSums[i], secondSums[i], absent, increments.IsRecovered(i)),
                var other => new SliCell(other, 0, 0, absent),
            };
        }
    }

    private static StepState State(long step, bool isCounted, StepActivity activity)
    {
        if (isCounted)
            return StepState.Measured;

        // Sampled but not counted: nothing but baselines, as after a start or an outage of the source. The growth is not known,
        // and to call it 0 events would be a loss of traffic that nobody saw.
        if (!activity.IsBlank(step) || activity.IsSilent(step))
            return StepState.Unmeasured;

        // No growth is known of, and the source was at work: what grew may still show when the series come back, and is not 0 until then.
        return StepState.Missing;
    }
}
