namespace SloRollback.Indicators;

/// <summary>
/// Counts events: of an event ratio, or of a histogram. Two rules look back: a negative difference is carried into the next step, and
/// <c>good</c> absent beside <c>valid</c> is 0 good only once it has matched.
/// </summary>
/// <param name="hasGood">Is the first value of a cell good events? Bad ones otherwise.</param>
/// <param name="hasValid">Is the second value of a cell valid events? Bad ones otherwise.</param>
/// <param name="kept">How many of the newest steps may still change.</param>
internal sealed class EventCountReader(bool hasGood, bool hasValid, int kept) : StepReader
{
    private const byte Tag = 1;

    // More steps than are read again after a gap.
    private const int MostCarried = 16;

    private readonly Contradictions contradictions = new(kept);
    // What was carried into recent steps: read again they take it in again.
    private readonly List<(long Step, double Bad)> carried = [];
    private double carry;
    private bool goodHasMatched;

    public override double Carry => carry;

    public override bool HasMatched
    {
        get => goodHasMatched;
        set => goodHasMatched = value;
    }

    public override void Save(BinaryWriter writer)
    {
        writer.Write(Tag);
        writer.Write(carry);
        writer.Write(goodHasMatched);
        writer.Write(carried.Count);
        foreach (var (step, bad) in carried)
        {
            writer.Write(step);
            writer.Write(bad);
        }

        contradictions.Save(writer);
    }

    protected override SliStep ReadNext(long step, in SliCell cell, out UnmeasuredReason reason)
    {
        if (!TryCount(cell, out var bad, out var valid, out var other, out reason))
            return other;

        if (contradictions.Add(step, Slack(bad, valid), valid, Corrected))
        {
            carry = 0;
            return new SliStep(StepState.Inconsistent);
        }

        if (carry != 0)
        {
            if (carried.Count == MostCarried) carried.RemoveAt(0);
            carried.Add((step, carry));
        }

        var total = bad + carry;
        var booked = Math.Clamp(total, 0, valid);
        carry = total - booked;
        return Step(booked, valid, cell.IsRecovered);
    }

    // What is carried does not move: what a step had no room for has gone into a later one already.
    protected override SliStep Reread(long step, in SliCell cell)
    {
        if (!TryCount(cell, out var bad, out var valid, out var other, out _))
        {
            contradictions.Remove(step);
            return other;
        }

        contradictions.Replace(step, Slack(bad, valid), valid);
        if (contradictions.Marked(step))
            return new SliStep(StepState.Inconsistent);

        var index = carried.FindIndex(c => c.Step == step);
        return Step(Math.Clamp(bad + (index < 0 ? 0 : carried[index].Bad), 0, valid), valid, cell.IsRecovered);
    }

    protected override void Restore(BinaryReader reader)
    {
        Demand(reader.ReadByte() == Tag);
        carry = reader.ReadDouble();
        Demand(double.IsFinite(carry));
        goodHasMatched = reader.ReadBoolean();
        var count = reader.ReadInt32();
        Demand(count is >= 0 and <= MostCarried);
        carried.Clear();
        for (var i = 0; i < count; i++)
        {
            carried.Add((reader.ReadInt64(), reader.ReadDouble()));
            Demand(double.IsFinite(carried[i].Bad) && (i == 0 || carried[i].Step > carried[i - 1].Step));
        }

        contradictions.Load(reader);
    }

    private static SliStep Step(double bad, double valid, bool isRecovered) =>
        valid == 0 ? new SliStep(StepState.NoTraffic, IsRecovered: isRecovered) : new SliStep(StepState.Measured, bad, valid, isRecovered);

    // The count that is not read but follows from the other two, and may come out below 0.
    private double Slack(double bad, double valid) => hasGood ? bad : valid - bad;

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

        goodHasMatched |= hasGood && (cell.Absent & AbsentSelectors.First) == AbsentSelectors.None;
        if (!hasValid)
        {
            (bad, valid) = (cell.Second, cell.First + cell.Second);
        }
        else if ((cell.Absent & AbsentSelectors.Second) != AbsentSelectors.None)
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
}
