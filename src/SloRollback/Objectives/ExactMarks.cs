using SloRollback.Serialization;

namespace SloRollback.Objectives;

/// <summary>All marks of one tracker, kept exact through new, corrected and filled-in steps.</summary>
internal sealed class ExactMarks(TotalsHistory totals)
{
    // Far more than deployments in open windows, resets and ten years of months ever are.
    private const int Most = 100_000;

    private readonly List<ExactMark> marks = [];
    private Dictionary<long, StepTotals>? known;
    private long nextMark = long.MaxValue;

    /// <summary>Sets a mark. One in the past is as exact as what is still kept there, another mark included.</summary>
    public ExactMark Add(long step)
    {
        var mark = new ExactMark(step);
        if (marks.Find(m => m.Step == step && m.IsReached) is { } same)
            (mark.At, mark.IsReached) = (same.At, true);
        else if (totals.HasStarted && step <= totals.Next)
            (mark.At, mark.IsReached) = (Exact(step), true);
        else
            nextMark = Math.Min(nextMark, step);
        marks.Add(mark);
        return mark;
    }

    /// <summary>Writes the counts at every mark that was reached.</summary>
    public void Save(BinaryWriter writer)
    {
        var reached = marks.Where(m => m.IsReached).DistinctBy(m => m.Step).OrderBy(m => m.Step).ToList();
        writer.WriteNumber(reached.Count);
        foreach (var mark in reached)
        {
            writer.WriteNumber(mark.Step);
            mark.At.Save(writer, default);
        }
    }

    /// <summary>Takes over the counts that were saved, for the marks that are set and those that will be.</summary>
    public void Load(BinaryReader reader)
    {
        known = [];
        for (var count = reader.ReadLength(Most); count > 0; count--)
            known[reader.ReadNumber()] = StepTotals.Load(reader, default);
        nextMark = long.MinValue;
        Reach();
    }

    /// <summary>Forgets the counts that were loaded: marks set from now on are as exact as what is still kept.</summary>
    public void EndLoad() => known = null;

    /// <summary>Goes back to before the first step: all marks lie ahead.</summary>
    public void Forget()
    {
        (known, nextMark) = (null, long.MinValue);
        foreach (var mark in marks)
            mark.IsReached = false;
    }

    public void Remove(ExactMark mark) => marks.Remove(mark);

    /// <summary>Is there a mark between two boundaries, neither of them included?</summary>
    public bool IsAnyInside(long from, long to)
    {
        foreach (var mark in marks)
        {
            if (mark.Step > from && mark.Step < to)
                return true;
        }

        return false;
    }

    /// <summary>The counts before a mark so far.</summary>
    public StepTotals At(ExactMark mark) => mark.IsReached ? mark.At : totals.Total;

    /// <summary>Takes the counts at the marks that the newest step has reached.</summary>
    public void Reach()
    {
        if (totals.Next < nextMark)
            return;

        nextMark = long.MaxValue;
        foreach (var mark in marks)
        {
            if (mark.Step > totals.Next)
                nextMark = Math.Min(nextMark, mark.Step);
            else if (!mark.IsReached)
                (mark.At, mark.IsReached) = (Exact(mark.Step), true);
        }
    }

    /// <summary>Adds what changed in one step to all marks after it.</summary>
    public void Correct(long step, in StepTotals delta)
    {
        foreach (var mark in marks)
        {
            if (mark.IsReached && mark.Step > step)
                mark.At += delta;
        }
    }

    /// <summary>Moves the marks before the first step on to where the history now begins.</summary>
    public void MoveBack()
    {
        foreach (var mark in marks)
        {
            if (mark.Step <= totals.First)
                mark.At = totals.Origin;
        }
    }

    private StepTotals Exact(long step) => known?.TryGetValue(step, out var totalsThere) == true ? totalsThere : totals.At(step);
}
