using SloRollback.Serialization;

namespace SloRollback.Objectives;

/// <summary>
/// Cumulative counts at three resolutions, each step, medium and coarse buckets, so that any window is the difference of two
/// look-ups. Grows at the newest end step by step, and at the oldest when steps from before are filled in.
/// </summary>
internal sealed class TotalsHistory
{
    private readonly CumulativeRing fine;
    private readonly CumulativeRing medium;
    private readonly CumulativeRing coarse;
    private StepTotals origin;
    private StepTotals total;

    public TotalsHistory(TrackerLayout layout)
    {
        var (fineReach, mediumReach) = (layout.FineCapacity, layout.FineCapacity + ((long)layout.MediumSteps * layout.MediumCapacity));
        var coarseReach = mediumReach + ((long)layout.CoarseSteps * layout.CoarseCapacity);
        coarse = new CumulativeRing(layout.CoarseSteps, layout.CoarseCapacity, coarseReach, coarser: null);
        medium = new CumulativeRing(layout.MediumSteps, layout.MediumCapacity, mediumReach, coarse);
        fine = new CumulativeRing(1, layout.FineCapacity, fineReach, medium);
    }

    public bool HasStarted { get; private set; }

    /// <summary>Index of the first step that was recorded.</summary>
    public long First { get; private set; }

    /// <summary>Index of the next step to record.</summary>
    public long Next { get; private set; }

    /// <summary>Counts of all steps so far.</summary>
    public ref readonly StepTotals Total => ref total;

    /// <summary>What stands for all boundaries at and before <see cref="First"/>.</summary>
    public StepTotals Origin => origin;

    public void Save(BinaryWriter writer)
    {
        writer.WriteNumber(First);
        writer.WriteNumber(Next);
        origin.Save(writer, default);
        var last = coarse.Save(writer, total, origin);
        last = medium.Save(writer, total, last);
        fine.Save(writer, total, last);
    }

    /// <summary>Takes over what was saved; nothing was recorded yet.</summary>
    public void Load(BinaryReader reader)
    {
        (First, Next) = (reader.ReadNumber(), reader.ReadNumber());
        origin = StepTotals.Load(reader, default);
        total = coarse.Load(reader, origin);
        total = medium.Load(reader, total);
        total = fine.Load(reader, total);
        HasStarted = true;
        if (First > Next || fine.OldestStep > Next || fine.Newest != Next)
            throw new InvalidDataException("The steps of the snapshot contradict each other.");
    }

    /// <summary>Goes back to before the first step.</summary>
    public void Forget()
    {
        foreach (var ring in new[] { fine, medium, coarse })
            ring.Forget();
        (origin, total, HasStarted, First, Next) = (default, default, false, 0, 0);
    }

    /// <summary>Oldest step that is kept singly.</summary>
    public long OldestSingle => fine.OldestStep;

    private long OldestKept => Math.Min(fine.OldestStep, Math.Min(medium.OldestStep, coarse.OldestStep));

    public void Start(long step)
    {
        HasStarted = true;
        First = Next = step;
        fine.Append(step, total);
    }

    public void Append(in StepTotals step)
    {
        total += step;
        Next++;
        fine.Append(Next, total);
    }

    /// <summary>Takes the step before the first. Counts before the beginning are negative: only differences mean something.</summary>
    public void Prepend(in StepTotals step)
    {
        origin -= step;
        First--;
        if (!fine.TryPrepend(First, origin)
            && !(First % medium.StepsPerBucket == 0 && medium.TryPrepend(First, origin))
            && First % coarse.StepsPerBucket == 0)
        {
            coarse.TryPrepend(First, origin);
        }
    }

    /// <summary>Adds what changed in one step to all boundaries after it.</summary>
    public void Correct(long step, in StepTotals delta)
    {
        total += delta;
        fine.Correct(step, delta);
        medium.Correct(step, delta);
        coarse.Correct(step, delta);
    }

    /// <summary>The counts of one step, while it is kept singly.</summary>
    public bool TryGetStep(long step, out StepTotals counts)
    {
        var isKept = step >= fine.OldestStep && step < Next;
        counts = isKept ? fine.Get(step + 1, total) - fine.Get(step, total) : default;
        return isKept;
    }

    /// <summary>
    /// Counts of all steps before a boundary. Where the boundary is no longer kept, those before the next one that is: a window
    /// that begins there lacks at most the events of one bucket.
    /// </summary>
    public StepTotals At(long step) => At(step, out _);

    /// <summary>The same.</summary>
    /// <param name="step">The boundary that is asked for.</param>
    /// <param name="boundary">The boundary that is answered for, between <see cref="First"/> and <see cref="Next"/>.</param>
    public StepTotals At(long step, out long boundary)
    {
        if (step >= Next)
        {
            boundary = Next;
            return total;
        }

        if (step <= First)
        {
            boundary = First;
            return origin;
        }

        boundary = Boundary(step, out var ring);
        return ring.Get(boundary, total);
    }

    /// <summary>The first kept boundary at or after a step, at most <see cref="Next"/>.</summary>
    public long BoundaryAtOrAfter(long step) => step >= Next ? Next : step <= First ? First : Boundary(step, out _);

    /// <summary>The last kept boundary before another, at least <see cref="First"/>.</summary>
    public long BoundaryBefore(long boundary)
    {
        if (boundary > fine.OldestStep)
            return boundary - 1;

        var before = medium.CeilingOf(boundary) - medium.StepsPerBucket;
        if (before < medium.OldestStep)
            before = coarse.CeilingOf(boundary) - coarse.StepsPerBucket;
        return before < OldestKept ? First : Math.Max(First, before);
    }

    private long Boundary(long step, out CumulativeRing ring)
    {
        ring = fine;
        if (step >= fine.OldestStep)
            return step;

        // The first of a finer resolution may come before the next of the coarser one: a later step never has an earlier boundary.
        var boundary = medium.CeilingOf(step);
        if (boundary < medium.OldestStep)
            boundary = Math.Min(Math.Max(coarse.CeilingOf(step), OldestKept), medium.OldestStep);
        boundary = Math.Min(boundary, fine.OldestStep);
        ring = boundary >= fine.OldestStep ? fine : boundary >= medium.OldestStep ? medium : coarse;
        return boundary;
    }
}
