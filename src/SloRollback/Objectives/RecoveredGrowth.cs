using SloRollback.Serialization;

namespace SloRollback.Objectives;

/// <summary>
/// Growth of counters over long gaps in the samples, spread over the gaps' steps. It counts for the budget while look-backs see
/// those steps as unmeasured (SEMANTICS §3), so it is kept apart from the other counts.
/// </summary>
internal sealed class RecoveredGrowth
{
    // So many stretches are kept apart; older ones are joined, which blurs only where in their time the growth lay.
    private const int Most = 64;

    private readonly List<Stretch> stretches = [];

    public void Add(long step, double bad, double valid)
    {
        Remove(step);
        var index = stretches.FindLastIndex(s => s.From <= step) + 1;
        if (index > 0 && stretches[index - 1] == stretches[index - 1] with { To = step, Bad = bad, Valid = valid })
            stretches[index - 1] = stretches[index - 1] with { To = step + 1 };
        else
            stretches.Insert(index, new Stretch(step, step + 1, bad, valid));
        if (stretches.Count > Most)
            Join();
    }

    /// <summary>Forgets a step whose real counts have come.</summary>
    public void Remove(long step)
    {
        var index = stretches.FindIndex(s => s.From <= step && step < s.To);
        if (index < 0)
            return;

        var stretch = stretches[index];
        stretches.RemoveAt(index);
        if (step + 1 < stretch.To) stretches.Insert(index, stretch with { From = step + 1 });
        if (stretch.From < step) stretches.Insert(index, stretch with { To = step });
    }

    /// <summary>What lies between two boundaries, and in how many steps.</summary>
    public (double Bad, double Valid, long Steps) Between(long from, long to)
    {
        var (bad, valid, length) = (0.0, 0.0, 0L);
        foreach (var stretch in stretches)
        {
            var steps = Math.Max(0, Math.Min(to, stretch.To) - Math.Max(from, stretch.From));
            bad += stretch.Bad * steps;
            valid += stretch.Valid * steps;
            length += steps;
        }

        return (bad, valid, length);
    }

    public void Save(BinaryWriter writer)
    {
        writer.WriteNumber(stretches.Count);
        foreach (var stretch in stretches)
        {
            writer.WriteNumber(stretch.From);
            writer.WriteNumber(stretch.To);
            writer.Write(stretch.Bad);
            writer.Write(stretch.Valid);
        }
    }

    public static RecoveredGrowth? Load(BinaryReader reader)
    {
        var count = reader.ReadLength(Most);
        var loaded = count > 0 ? new RecoveredGrowth() : null;
        for (var i = 0; i < count; i++)
            loaded!.stretches.Add(new Stretch(reader.ReadNumber(), reader.ReadNumber(), reader.ReadDouble(), reader.ReadDouble()));
        return loaded;
    }

    private void Join()
    {
        var (first, second) = (stretches[0], stretches[1]);
        double length = second.To - first.From;
        stretches.RemoveAt(0);
        stretches[0] = new Stretch(
            first.From,
            second.To,
            ((first.Bad * first.Length) + (second.Bad * second.Length)) / length,
            ((first.Valid * first.Length) + (second.Valid * second.Length)) / length);
    }

    /// <summary>Equal steps that follow each other, with the counts of one.</summary>
    private readonly record struct Stretch(long From, long To, double Bad, double Valid)
    {
        public long Length => To - From;
    }
}
