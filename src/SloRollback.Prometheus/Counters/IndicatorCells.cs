using SloRollback.Indicators;

namespace SloRollback.Prometheus.Counters;

/// <summary>Makes the cells of indicators, one after the other, from the series of their two selectors.</summary>
internal sealed class IndicatorCells
{
    private readonly StepWindow window;
    private readonly TargetActivity targets;
    private readonly Func<long, bool> isSourceAlive;
    private readonly SampledSteps firstSampled;
    private readonly SampledSteps secondSampled;
    private readonly BlankSteps blank;
    private readonly CounterIncrements increments;
    private readonly double[] firstSums;
    private readonly double[] secondSums;

    /// <summary>For one window.</summary>
    /// <param name="window">The steps.</param>
    /// <param name="targets">When targets were sampled; <see langword="null"/> tells it from the series themselves.</param>
    /// <param name="isSourceAlive">Did the source sample anything, of anybody, in a step? Asked for blank steps only.</param>
    public IndicatorCells(in StepWindow window, TargetActivity? targets, Func<long, bool> isSourceAlive)
    {
        this.window = window;
        this.targets = targets ?? TargetActivity.FromSeries();
        this.isSourceAlive = isSourceAlive;
        (firstSampled, secondSampled, blank) = (new SampledSteps(window), new SampledSteps(window), new BlankSteps(window));
        increments = new CounterIncrements(window, blank, this.targets);
        (firstSums, secondSums) = (new double[window.Count], new double[window.Count]);
    }

    /// <summary>Fills one row, a cell per step of the window.</summary>
    /// <param name="first">The first selector's series.</param>
    /// <param name="second">The second selector's series.</param>
    /// <param name="row">The cells to fill.</param>
    public void Fill(IReadOnlyList<CounterSeries> first, IReadOnlyList<CounterSeries> second, Span<SliCell> row)
    {
        firstSampled.Read(first);
        secondSampled.Read(second);
        blank.Read(firstSampled, secondSampled);
        targets.Read(first, second);
        increments.Clear();
        increments.Sum(first, firstSums);
        increments.Sum(second, secondSums);

        for (var i = 0; i < row.Length; i++)
        {
            var step = window.First + i;
            var absent = (firstSampled.IsPresent(step) ? AbsentSelectors.None : AbsentSelectors.First)
                | (secondSampled.IsPresent(step) ? AbsentSelectors.None : AbsentSelectors.Second);

            row[i] = State(step, increments.IsCounted(i)) switch
            {
                StepState.Measured => new SliCell(StepState.Measured, firstSums[i], secondSums[i], absent, increments.IsRecovered(i)) { IsLongGap = increments.IsLongGap(i) },
                var other => new SliCell(other, 0, 0, absent),
            };
        }
    }

    private StepState State(long step, bool isCounted)
    {
        if (isCounted)
            return StepState.Measured;

        // Sampled but not counted: nothing but baselines, as after a start or an outage of the source. The growth is not known,
        // and to call it 0 events would be a loss of traffic that nobody saw.
        if (!blank.IsBlank(step) || !isSourceAlive(step))
            return StepState.Unmeasured;

        // No growth is known of, and the source was at work: what grew may still show when the series come back, and is not 0 until then.
        return StepState.Missing;
    }
}
