namespace SloRollback.Tests.Support;

/// <summary>What <see cref="SliceReader"/> must agree with: all slices as they are, judged in decimal, and booked by the letter of SEMANTICS §3.</summary>
internal static class NaiveSlices
{
    /// <summary>How a slice is, before it is known what it stands beside: bad is 1 bad of 1.</summary>
    public static SliStep Judge(Indicator indicator, TimeSlices slices, SliCell cell)
    {
        if (indicator is not GaugeIndicator)
        {
            var events = new NaiveEvents(indicator);
            events.Read(0, cell);
            return Judge(slices, events.Booked[0]);
        }

        if (cell.State != StepState.Measured) return Judge(slices, new SliStep(cell.State));
        return cell.First switch
        {
            double.NaN => Judge(slices, new SliStep(StepState.Missing)),
            double.PositiveInfinity => Verdict(slices.Operator is ComparisonOperator.Greater or ComparisonOperator.GreaterOrEqual, cell.IsRecovered),
            double.NegativeInfinity => Verdict(slices.Operator is ComparisonOperator.Less or ComparisonOperator.LessOrEqual, cell.IsRecovered),
            var value => Verdict(Holds((decimal)value, slices.Operator, slices.Threshold), cell.IsRecovered),
        };
    }

    public static SliStep Judge(TimeSlices slices, SliStep counts) => counts.State switch
    {
        StepState.Measured => Verdict(
            Holds((decimal)counts.Valid - (decimal)counts.Bad, slices.Operator, slices.Threshold * (decimal)counts.Valid), counts.IsRecovered),
        StepState.Missing when slices.Missing == MissingSlices.Good => new SliStep(StepState.Missing, 0, 1),
        StepState.Missing when slices.Missing == MissingSlices.Bad => new SliStep(StepState.Missing, 1, 1),
        var other => new SliStep(other),
    };

    /// <summary>How all slices are booked, each in its place of its run.</summary>
    public static IEnumerable<SliStep> Book(IReadOnlyList<SliStep> judged, TimeSlices slices)
    {
        for (var i = 0; i < judged.Count; i++)
        {
            if (!IsBad(judged[i]))
            {
                yield return judged[i];
                continue;
            }

            var (first, last) = (i, i);
            while (first > 0 && !EndsRun(judged[first - 1])) first--;
            while (last < judged.Count - 1 && !EndsRun(judged[last + 1])) last++;
            var position = judged.Skip(first).Take(i - first + 1).Count(IsBad);
            var length = judged.Skip(first).Take(last - first + 1).Count(IsBad);
            var counts = position >= slices.Consecutive || (slices.Retroactive && length >= slices.Consecutive);
            yield return judged[i] with { Bad = counts ? 1 : 0 };
        }
    }

    private static bool IsBad(SliStep slice) => slice is { State: StepState.Measured, Bad: 1 };

    private static bool EndsRun(SliStep slice) => !IsBad(slice) && slice.State is not (StepState.Unmeasured or StepState.Inconsistent);

    private static SliStep Verdict(bool isGood, bool isRecovered) => new(StepState.Measured, isGood ? 0 : 1, 1, isRecovered);

    private static bool Holds(decimal value, ComparisonOperator comparison, decimal threshold) => comparison switch
    {
        ComparisonOperator.Less => value < threshold,
        ComparisonOperator.LessOrEqual => value <= threshold,
        ComparisonOperator.Greater => value > threshold,
        ComparisonOperator.GreaterOrEqual => value >= threshold,
        _ => throw new ArgumentOutOfRangeException(nameof(comparison)),
    };
}
