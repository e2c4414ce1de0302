namespace SloRollback.Objectives;

/// <summary>All marks of one tracker, kept exact through new, corrected and filled-in steps.</summary>
internal sealed class ExactMarks(TotalsHistory totals)
{
    private readonly List<ExactMark> marks = [];
    private long nextMark = long.MaxValue;

    /// <summary>Sets a mark. One in the past is as exact as what is still kept there.</summary>
    public ExactMark Add(long step)
    {
        var mark = new ExactMark(step);
        marks.Add(mark);
        if (totals.HasStarted && step <= totals.Next)
            (mark.At, mark.IsReached) = (totals.At(step), true);
        else
            nextMark = Math.Min(nextMark, step);
        return mark;
    }

    public void Remove(ExactMark mark) => marks.Remove(mark);

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
                (mark.At, mark.IsReached) = (totals.At(mark.Step), true);
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
}
