namespace SloRollback.Objectives;

/// <summary>
/// The newest boundaries of one resolution with the cumulative counts before each. Boundaries are the multiples of
/// <c>stepsPerBucket</c>; the difference of two is what lies between them.
/// </summary>
internal sealed class CumulativeRing(int stepsPerBucket, int capacity)
{
    private readonly StepTotals[] entries = new StepTotals[capacity];
    private long oldest;
    private long next;

    /// <summary>Oldest boundary that is kept, as a step index; nothing is kept when it equals <see cref="Next"/>.</summary>
    public long OldestStep => oldest * stepsPerBucket;

    private bool IsEmpty => oldest == next;

    private long Next => next;

    /// <summary>Takes the totals before a step, when that step lies on a boundary. Steps come in order, each once.</summary>
    public void Append(long step, in StepTotals totals)
    {
        if (step % stepsPerBucket != 0)
            return;

        var boundary = step / stepsPerBucket;
        if (IsEmpty)
            oldest = next = boundary;

        entries[Slot(boundary)] = totals;
        next = boundary + 1;
        oldest = Math.Max(oldest, next - entries.Length);
    }

    /// <summary>The totals at the first boundary at or after a step; false when it is older than what is kept, or not reached yet.</summary>
    public bool TryGet(long step, out StepTotals totals)
    {
        var boundary = (step + stepsPerBucket - 1) / stepsPerBucket;
        var isKept = !IsEmpty && boundary >= oldest && boundary < next;
        totals = isKept ? entries[Slot(boundary)] : default;
        return isKept;
    }

    /// <summary>Adds a correction of one step to all boundaries after it.</summary>
    public void Correct(long step, in StepTotals delta)
    {
        for (var boundary = Math.Max(oldest, (step / stepsPerBucket) + 1); boundary < next; boundary++)
            entries[Slot(boundary)] += delta;
    }

    private int Slot(long boundary) => (int)(boundary % entries.Length);
}
