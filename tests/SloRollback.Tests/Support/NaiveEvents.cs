namespace SloRollback.Tests.Support;

/// <summary>What <see cref="EventCountReader"/> must agree with: lists, decimals, and SEMANTICS §3 read aloud.</summary>
internal sealed class NaiveEvents(Indicator indicator)
{
    private readonly List<(long Step, decimal Derived, decimal Valid)> counted = [];
    private readonly HashSet<long> contradicted = [];
    private readonly List<(long Step, decimal Bad)> takenIn = [];
    private decimal carried;
    private bool goodMatched;

    public SortedDictionary<long, SliStep> Booked { get; } = [];

    public void Read(long step, SliCell cell)
    {
        Booked[step] = Count(cell, out var bad, out var valid);
        if (Booked[step].State != StepState.Measured) return;

        counted.Add((step, HasGood ? bad : valid - bad, valid));
        var five = counted.TakeLast(5).ToList();
        var sum = five.Sum(c => c.Derived);
        if (five.Count == 5 && sum < -3 && sum < -0.01m * five.Sum(c => c.Valid))
        {
            carried = 0;
            foreach (var (other, _, _) in five)
            {
                if (other != step && Booked[other].State != StepState.Measured) continue;
                Booked[other] = new SliStep(StepState.Inconsistent);
                contradicted.Add(other);
            }

            return;
        }

        if (carried != 0) takenIn.Add((step, carried));
        var booked = Math.Min(Math.Max(bad + carried, 0), valid);
        carried = bad + carried - booked;
        Booked[step] = Book(booked, valid, cell);
    }

    public void ReadAgain(long step, SliCell cell)
    {
        // Only the last five can still be part of a contradiction.
        if (counted.Count > 5) counted.RemoveRange(0, counted.Count - 5);
        var at = counted.FindIndex(c => c.Step == step);
        Booked[step] = Count(cell, out var bad, out var valid);
        if (Booked[step].State != StepState.Measured)
        {
            if (at >= 0) counted.RemoveAt(at);
            return;
        }

        if (at >= 0) counted[at] = (step, HasGood ? bad : valid - bad, valid);
        // What the last sixteen steps took in that had something to take in they take in again.
        bad += takenIn.TakeLast(16).Where(t => t.Step == step).Sum(t => t.Bad);
        Booked[step] = contradicted.Contains(step) ? new SliStep(StepState.Inconsistent) : Book(Math.Min(Math.Max(bad, 0), valid), valid, cell);
    }

    private bool HasGood => indicator is not EventRatioIndicator { Good: null };

    private static SliStep Book(decimal bad, decimal valid, SliCell cell) =>
        valid == 0 ? new SliStep(StepState.NoTraffic, IsRecovered: cell.IsRecovered) : new SliStep(StepState.Measured, (double)bad, (double)valid, cell.IsRecovered);

    // Measured when there are counts to book.
    private SliStep Count(SliCell cell, out decimal bad, out decimal valid)
    {
        (bad, valid) = (0, 0);
        if (cell.State != StepState.Measured) return new SliStep(cell.State);
        if (!double.IsFinite(cell.First) || !double.IsFinite(cell.Second) || cell.First < 0 || cell.Second < 0) return new SliStep(StepState.Inconsistent);

        var (first, second) = ((decimal)cell.First, (decimal)cell.Second);
        var (isFirstAbsent, isSecondAbsent) = (cell.Absent is AbsentSelectors.First or AbsentSelectors.Both, cell.Absent is AbsentSelectors.Second or AbsentSelectors.Both);
        if (HasGood && !isFirstAbsent) goodMatched = true;
        switch (indicator)
        {
            case EventRatioIndicator { Valid: null }:
                (bad, valid) = (second, first + second);
                break;
            case var _ when isSecondAbsent:
                return new SliStep(StepState.Missing);
            case EventRatioIndicator { Good: null }:
                (bad, valid) = (first, second);
                break;
            default:
                (bad, valid) = (second - first, second);
                break;
        }

        return HasGood && !goodMatched && valid > 0 ? Given.Unmeasured : new SliStep(StepState.Measured);
    }
}
