namespace SloRollback.Indicators;

/// <summary>
/// Turns the cells of an event ratio into steps (SEMANTICS §3). Mutable, since two rules look back: a negative difference is
/// carried into the next step, and <c>good</c> absent beside <c>valid</c> is 0 good only once it has matched.
/// </summary>
internal sealed class EventRatioReader(EventRatioIndicator indicator)
{
    // Two reads of one moment can differ by a sample; over this many steps that evens out, a wrong selector does not.
    private const int ContradictionSteps = 5;
    private const double ContradictionShare = 0.01;
    private const double ContradictionEvents = 3;

    private readonly bool hasGood = indicator.Good is not null;
    private readonly Queue<(double Slack, double Valid)> recent = new();
    private double carry;
    private bool goodHasMatched;

    /// <summary>Reads the next final step.</summary>
    public SliStep Read(in SliCell cell, out UnmeasuredReason reason)
    {
        if (!TryCount(cell, out var bad, out var valid, out var other, out reason))
            return other;

        if (IsContradicted(hasGood ? bad : valid - bad, valid))
        {
            carry = 0;
            return new SliStep(StepState.Inconsistent);
        }

        var total = bad + carry;
        var kept = Math.Clamp(total, 0, valid);
        carry = total - kept;
        return Step(kept, valid, cell.IsRecovered);
    }

    /// <summary>Reads a step again that was final before, without moving what is carried.</summary>
    public SliStep ReadAgain(in SliCell cell) =>
        TryCount(cell, out var bad, out var valid, out var other, out _) ? Step(Math.Clamp(bad, 0, valid), valid, cell.IsRecovered) : other;

    private static SliStep Step(double bad, double valid, bool isRecovered) =>
        valid == 0 ? new SliStep(StepState.NoTraffic) : new SliStep(StepState.Measured, bad, valid, isRecovered);

    // The values stand in the order good, bad, valid, as far as given: with good it is first, without it bad is.
    private bool TryCount(in SliCell cell, out double bad, out double valid, out SliStep other, out UnmeasuredReason reason)
    {
        (bad, valid, other, reason) = (0, 0, new SliStep(cell.State), UnmeasuredReason.None);
        if (cell.State != StepState.Measured)
            return false;

        // A sum that took in what is no number would never be a number again.
        if (!IsCount(cell.First) || !IsCount(cell.Second))
        {
            other = new SliStep(StepState.Inconsistent);
            return false;
        }

        goodHasMatched |= hasGood && !cell.Absent.HasFlag(AbsentSelectors.First);
        if (indicator.Valid is null)
        {
            (bad, valid) = (cell.Second, cell.First + cell.Second);
        }
        else if (cell.Absent.HasFlag(AbsentSelectors.Second))
        {
            other = new SliStep(StepState.Missing);
            return false;
        }
        else
        {
            (bad, valid) = (hasGood ? cell.Second - cell.First : cell.First, cell.Second);
        }

        if (!hasGood || goodHasMatched || valid == 0)
            return true;

        // A typo in the selector of good events must not read as 100 % errors.
        reason = UnmeasuredReason.SelectorNeverMatched;
        other = new SliStep(StepState.Unmeasured);
        return false;
    }

    private static bool IsCount(double value) => double.IsFinite(value) && value >= 0;

    private bool IsContradicted(double slack, double valid)
    {
        recent.Enqueue((slack, valid));
        if (recent.Count > ContradictionSteps)
            recent.Dequeue();

        var sum = recent.Sum(r => r.Slack);
        return recent.Count == ContradictionSteps && sum < -ContradictionEvents && sum < -ContradictionShare * recent.Sum(r => r.Valid);
    }
}
