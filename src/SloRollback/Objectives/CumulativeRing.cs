using SloRollback.Serialization;

namespace SloRollback.Objectives;

/// <summary>
/// Neighbouring boundaries of one resolution with the cumulative counts before each; the difference of two is what lies between
/// them. What its newest end pushes out at the oldest goes on to the next coarser ring, so that no boundary is kept twice.
/// </summary>
/// <param name="stepsPerBucket">Steps between two boundaries.</param>
/// <param name="capacity">How many boundaries there is room for.</param>
/// <param name="reach">How many steps the oldest boundary may lie before the newest step of all.</param>
/// <param name="coarser">What takes over the boundaries that are pushed out.</param>
internal sealed class CumulativeRing(int stepsPerBucket, int capacity, long reach, CumulativeRing? coarser)
{
    private readonly (double Bad, double Valid)[] counts = new (double, double)[capacity];
    private readonly bool isWide = reach > ushort.MaxValue;
    private LackColumn? unmeasured;
    private LackColumn? missing;
    private LackColumn? excluded;
    private long newest;
    private int head = -1;
    private int count;

    /// <summary>Oldest boundary that is kept, as a step index; beyond every step while nothing is.</summary>
    public long OldestStep { get; private set; } = long.MaxValue;

    /// <summary>Newest boundary, as a step index; meaningless while nothing is kept.</summary>
    public long Newest => newest;

    /// <summary>Steps between two boundaries.</summary>
    public int StepsPerBucket => stepsPerBucket;

    private bool IsFull => count == capacity;

    /// <summary>The first boundary at or after a step.</summary>
    public long CeilingOf(long step)
    {
        if (count == 0)
            return (step + stepsPerBucket - 1) / stepsPerBucket * stepsPerBucket;

        // From the newest boundary back.
        var back = (int)(newest - step);
        return newest - (back >= 0 ? Buckets(back) : -Buckets(stepsPerBucket - 1 - back)) * (long)stepsPerBucket;
    }

    /// <summary>Takes the totals at the boundary after the newest.</summary>
    public void Append(long step, in StepTotals totals)
    {
        if (count == 0)
            OldestStep = step;
        else if (IsFull)
            PushOut(totals);

        newest = step;
        head = head + 1 == capacity ? 0 : head + 1;
        count++;
        Set(head, totals);
    }

    /// <summary>Takes the totals at the boundary before the oldest; false when there is no room.</summary>
    public bool TryPrepend(long step, in StepTotals totals)
    {
        if (IsFull)
            return false;

        if (count == 0)
        {
            (newest, head) = (step, 0);
        }

        OldestStep = step;
        count++;
        Set(Slot(step), totals);
        return true;
    }

    /// <summary>The totals at a boundary that is kept.</summary>
    /// <param name="step">The boundary.</param>
    /// <param name="total">The totals now.</param>
    public StepTotals Get(long step, in StepTotals total)
    {
        var slot = Slot(step);
        var (bad, valid) = counts[slot];
        return new StepTotals(
            bad,
            valid,
            unmeasured?.Get(slot, total.Unmeasured) ?? 0,
            missing?.Get(slot, total.Missing) ?? 0,
            excluded?.Get(slot, total.Excluded) ?? 0);
    }

    /// <summary>Adds a correction of one step to all boundaries after it.</summary>
    public void Correct(long step, in StepTotals delta)
    {
        if (count == 0)
            return;

        for (var boundary = Math.Max(OldestStep, CeilingOf(step + 1)); boundary <= newest; boundary += stepsPerBucket)
        {
            var slot = Slot(boundary);
            counts[slot] = (counts[slot].Bad + delta.Bad, counts[slot].Valid + delta.Valid);
            if (delta.Unmeasured != 0) Column(ref unmeasured).Add(slot, delta.Unmeasured);
            if (delta.Missing != 0) Column(ref missing).Add(slot, delta.Missing);
            if (delta.Excluded != 0) Column(ref excluded).Add(slot, delta.Excluded);
        }
    }

    /// <summary>Writes all boundaries, oldest first.</summary>
    /// <returns>The last totals that were written, from which the next finer ring goes on.</returns>
    public StepTotals Save(BinaryWriter writer, in StepTotals total, StepTotals previous)
    {
        writer.WriteNumber(count);
        if (count == 0)
            return previous;

        writer.WriteNumber(newest);
        for (var boundary = OldestStep; boundary <= newest; boundary += stepsPerBucket)
        {
            var totals = Get(boundary, total);
            totals.Save(writer, previous);
            previous = totals;
        }

        return previous;
    }

    /// <summary>Takes over what was saved; the ring is empty.</summary>
    public StepTotals Load(BinaryReader reader, StepTotals previous)
    {
        var length = reader.ReadLength(capacity);
        if (length == 0)
            return previous;

        var last = reader.ReadNumber();
        for (var boundary = last - ((length - 1L) * stepsPerBucket); boundary <= last; boundary += stepsPerBucket)
        {
            previous = StepTotals.Load(reader, previous);
            Append(boundary, previous);
        }

        return previous;
    }

    public void Forget()
    {
        (unmeasured, missing, excluded) = (null, null, null);
        (newest, head, count, OldestStep) = (0, -1, 0, long.MaxValue);
    }

    private void PushOut(in StepTotals total)
    {
        if (coarser is not null && OldestStep % coarser.StepsPerBucket == 0)
            coarser.Append(OldestStep, Get(OldestStep, total));
        OldestStep += stepsPerBucket;
        count--;
    }

    private void Set(int slot, in StepTotals totals)
    {
        counts[slot] = (totals.Bad, totals.Valid);
        if (unmeasured is not null || totals.Unmeasured != 0) Column(ref unmeasured).Set(slot, totals.Unmeasured);
        if (missing is not null || totals.Missing != 0) Column(ref missing).Set(slot, totals.Missing);
        if (excluded is not null || totals.Excluded != 0) Column(ref excluded).Set(slot, totals.Excluded);
    }

    // Nothing was lacking before, so zeros are what the boundaries that are kept hold.
    private LackColumn Column(ref LackColumn? column) => column ??= new LackColumn(capacity, isWide);

    private int Slot(long step)
    {
        var slot = head - Buckets((int)(newest - step));
        return slot < 0 ? slot + capacity : slot;
    }

    // Every window asks: 32 bits, and no division at all where buckets are single steps.
    private int Buckets(int steps) => stepsPerBucket == 1 ? steps : steps / stepsPerBucket;
}
