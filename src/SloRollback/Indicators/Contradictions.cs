namespace SloRollback.Indicators;

/// <summary>
/// Finds counts that contradict each other beyond what sampling explains (SEMANTICS §3): over 5 steps that were read in a row, the
/// count that follows from the other two sums to less than -1 % of the valid events and less than -3 events. All five are marked.
/// Two reads of one moment can differ by a sample; over so many steps that evens out, a wrong selector does not.
/// </summary>
internal sealed class Contradictions(int kept)
{
    private const int Steps = 5;
    private const double Share = 0.01;
    private const double Events = 3;

    // Oldest first. So few that to move them up is cheaper than to be clever.
    private readonly (long Step, double Slack, double Valid, bool IsMeasured)[] recent = new (long, double, double, bool)[Steps];

    // Ascending. A marked step that is read again says the same as before: it stays marked.
    private readonly List<long> marked = [];
    private int count;

    /// <summary>Was a step marked, and is not too old to change?</summary>
    public bool Marked(long step) => marked.BinarySearch(step) >= 0;

    /// <summary>Takes the next step. When it ends a contradiction, the measured ones before it come as corrections.</summary>
    /// <returns>Is the step inconsistent?</returns>
    public bool Add(long step, double slack, double valid, List<(long Step, SliStep Value)> corrections)
    {
        if (count == Steps)
            recent.AsSpan(1).CopyTo(recent);
        else
            count++;
        recent[count - 1] = (step, slack, valid, valid > 0);
        if (count < Steps || !Contradicts())
            return false;

        foreach (ref var read in recent.AsSpan(0, Steps - 1))
        {
            if (!read.IsMeasured)
                continue;

            read.IsMeasured = false;
            Mark(read.Step);
            corrections.Add((read.Step, new SliStep(StepState.Inconsistent)));
        }

        recent[^1].IsMeasured = false;
        Mark(step);
        Forget(step - kept);
        return true;
    }

    /// <summary>Takes other counts for a step that was read before.</summary>
    public void Replace(long step, double slack, double valid)
    {
        if (IndexOf(step) is >= 0 and var index)
            recent[index] = (step, slack, valid, valid > 0 && !Marked(step));
    }

    /// <summary>Leaves out a step that turned out to have no counts.</summary>
    public void Remove(long step)
    {
        if (IndexOf(step) is >= 0 and var index)
        {
            recent.AsSpan((index + 1)..count).CopyTo(recent.AsSpan(index));
            count--;
        }
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write((byte)count);
        foreach (var (step, slack, valid, isMeasured) in recent.AsSpan(0, count))
        {
            writer.Write(step);
            writer.Write(slack);
            writer.Write(valid);
            writer.Write(isMeasured);
        }

        writer.Write(marked.Count);
        foreach (var step in marked)
            writer.Write(step);
    }

    public void Load(BinaryReader reader)
    {
        count = reader.ReadByte();
        StepReader.Demand(count <= Steps);
        for (var i = 0; i < count; i++)
        {
            recent[i] = (reader.ReadInt64(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadBoolean());
            var (step, slack, valid, isMeasured) = recent[i];
            StepReader.Demand(i == 0 || step > recent[i - 1].Step);
            StepReader.Demand(double.IsFinite(slack) && double.IsFinite(valid) && valid >= 0 && (valid > 0 || !isMeasured));
        }

        var marks = reader.ReadInt32();
        StepReader.Demand(marks >= 0 && marks <= kept);
        marked.Clear();
        for (var i = 0; i < marks; i++)
        {
            marked.Add(reader.ReadInt64());
            StepReader.Demand(i == 0 || marked[i] > marked[i - 1]);
        }
    }

    private bool Contradicts()
    {
        double slack = 0, valid = 0;
        foreach (var read in recent)
        {
            slack += read.Slack;
            valid += read.Valid;
        }

        return slack < -Events && slack < -Share * valid;
    }

    private void Mark(long step)
    {
        var index = marked.BinarySearch(step);
        if (index < 0)
            marked.Insert(~index, step);
    }

    private void Forget(long newest)
    {
        var index = marked.BinarySearch(newest + 1);
        marked.RemoveRange(0, index < 0 ? ~index : index);
    }

    private int IndexOf(long step) => Array.FindIndex(recent, 0, count, read => read.Step == step);
}
