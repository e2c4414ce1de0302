using SloRollback.Serialization;

namespace SloRollback.Objectives;

/// <summary>
/// Growth of counters over long gaps in the samples, spread over the gaps' steps. It counts for the budget while look-backs see
/// those steps as unmeasured (SEMANTICS §3), so it is kept apart from the other counts.
/// </summary>
internal sealed class RecoveredGrowth
{
    // More stretches than this are joined where nobody asks for less than all of them.
    private const int Enough = 64;

    // What no reader of a snapshot needs to hold: a stretch for every minute of a year has four times as many.
    private const int Most = 100_000;

    private readonly List<Stretch> stretches = [];

    /// <summary>Adds the growth of a step.</summary>
    public void Add(long step, double bad, double valid)
    {
        Remove(step);
        var index = IndexAfter(step);
        var joinsNext = index < stretches.Count && stretches[index].IsOf(bad, valid) && stretches[index].From == step + 1;
        if (index > 0 && stretches[index - 1].IsOf(bad, valid) && stretches[index - 1].To == step)
        {
            stretches[index - 1] = stretches[index - 1] with { To = joinsNext ? stretches[index].To : step + 1 };
            if (joinsNext) stretches.RemoveAt(index);
        }
        else if (joinsNext)
        {
            stretches[index] = stretches[index] with { From = step };
        }
        else
        {
            stretches.Insert(index, new Stretch(step, step + 1, bad, valid));
        }
    }

    /// <summary>Forgets a step whose real counts have come.</summary>
    public void Remove(long step)
    {
        var index = IndexAfter(step) - 1;
        if (index < 0 || step >= stretches[index].To || stretches[index].Gaps > 0)
            return;

        var stretch = stretches[index];
        stretches.RemoveAt(index);
        if (step + 1 < stretch.To) stretches.Insert(index, stretch with { From = step + 1 });
        if (stretch.From < step) stretches.Insert(index, stretch with { To = step });
    }

    /// <summary>The growth of a step that may still change, or nothing.</summary>
    public (double Bad, double Valid)? Of(long step)
    {
        var index = IndexAfter(step) - 1;
        return index >= 0 && step < stretches[index].To && stretches[index].Gaps == 0 ? (stretches[index].Bad, stretches[index].Valid) : null;
    }

    /// <summary>What lies between two boundaries, and in how many steps.</summary>
    public (double Bad, double Valid, long Steps) Between(long from, long to)
    {
        var (bad, valid, length) = (0.0, 0.0, 0L);
        foreach (var stretch in stretches)
        {
            var steps = Math.Max(0, Math.Min(to, stretch.To) - Math.Max(from, stretch.From));
            if (steps == 0)
                continue;

            if (stretch.Gaps == 0)
                (bad, valid, length) = (bad + (stretch.Bad * steps), valid + (stretch.Valid * steps), length + steps);
            else if (steps == stretch.To - stretch.From)
                (bad, valid, length) = (bad + stretch.Bad, valid + stretch.Valid, length + stretch.Gaps);
            else
                (bad, valid, length) = (bad + stretch.Part(stretch.Bad, steps), valid + stretch.Part(stretch.Valid, steps), length + (long)stretch.Part(stretch.Gaps, steps));
        }

        return (bad, valid, length);
    }

    /// <summary>
    /// Keeps the number of stretches bounded however many gaps there are: forgets what no period reaches back to, and joins what is
    /// older than the single steps inside of one bucket. A rolling window knows no edge inside a bucket, and a mark is never joined over.
    /// </summary>
    /// <param name="oldest">The oldest step of any period.</param>
    /// <param name="oldestSingle">The oldest step that may still change.</param>
    /// <param name="bucket">Steps in a bucket.</param>
    /// <param name="marks">The boundaries at which counts are exact.</param>
    public void Tidy(long oldest, long oldestSingle, int bucket, ExactMarks marks)
    {
        if (stretches.Count <= Enough)
            return;

        var kept = 0;
        for (var i = 0; i < stretches.Count; i++)
        {
            var stretch = stretches[i];
            if (stretch.To <= oldest)
                continue;

            if (kept > 0 && stretch.To <= oldestSingle && BucketOf(stretches[kept - 1].From) == BucketOf(stretch.To - 1)
                && !marks.IsAnyInside(stretches[kept - 1].From, stretch.To))
            {
                stretches[kept - 1] = stretches[kept - 1].JoinedTo(stretch);
            }
            else
            {
                stretches[kept++] = stretch;
            }
        }

        stretches.RemoveRange(kept, stretches.Count - kept);

        long BucketOf(long step) => (long)Math.Floor((double)step / bucket);
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
            writer.WriteNumber(stretch.Gaps);
        }
    }

    public static RecoveredGrowth? Load(BinaryReader reader)
    {
        var count = reader.ReadLength(Most);
        var loaded = count > 0 ? new RecoveredGrowth() : null;
        for (var i = 0; i < count; i++)
            loaded!.stretches.Add(new Stretch(reader.ReadNumber(), reader.ReadNumber(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadNumber()));
        return loaded;
    }

    // The first stretch that begins after a step: none encloses another.
    private int IndexAfter(long step)
    {
        var index = stretches.Count;
        while (index > 0 && stretches[index - 1].From > step) index--;
        return index;
    }

    /// <summary>
    /// Equal steps that follow each other, with the counts of one; or, joined of several stretches, so many steps with gaps somewhere
    /// between the two ends, with the counts of all.
    /// </summary>
    private readonly record struct Stretch(long From, long To, double Bad, double Valid, long Gaps = 0)
    {
        public bool IsOf(double bad, double valid) => Gaps == 0 && Bad.Equals(bad) && Valid.Equals(valid);

        public double Part(double all, long steps) => all * steps / (To - From);

        public Stretch JoinedTo(in Stretch next)
        {
            var (a, b) = (Whole(), next.Whole());
            return new Stretch(From, next.To, a.Bad + b.Bad, a.Valid + b.Valid, a.Gaps + b.Gaps);
        }

        private Stretch Whole() => Gaps > 0 ? this : this with { Bad = Bad * (To - From), Valid = Valid * (To - From), Gaps = To - From };
    }
}
