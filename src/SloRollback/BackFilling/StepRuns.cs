using SloRollback.Indicators;
using SloRollback.Serialization;

namespace SloRollback.BackFilling;

/// <summary>Steps in a row, newest first, equal ones as one entry. Taken away at the newest end, added to at the oldest.</summary>
internal sealed class StepRuns
{
    private const int Most = 1_000_000;

    private readonly Queue<(SliStep Value, long Steps)> runs = [];
    private (SliStep Value, long Steps) oldest;
    private long dropped;

    /// <summary>How many steps there are.</summary>
    public long Count { get; private set; }

    /// <summary>The newest steps that are equal; none when there are no steps.</summary>
    public (SliStep Value, long Steps) Newest => (First.Value, First.Steps - dropped);

    private (SliStep Value, long Steps) First => runs.TryPeek(out var first) ? first : oldest;

    /// <summary>Adds older steps.</summary>
    public void Add(in SliStep value, long steps = 1)
    {
        if (oldest.Steps > 0 && oldest.Value != value)
        {
            runs.Enqueue(oldest);
            oldest = default;
        }

        oldest = (value, oldest.Steps + steps);
        Count += steps;
    }

    /// <summary>Adds all of other steps, which are older.</summary>
    public void Add(StepRuns older)
    {
        foreach (var (value, steps) in older.Entries())
            Add(value, steps);
    }

    /// <summary>Drops so many of the newest equal steps.</summary>
    public void Drop(long steps)
    {
        Count -= steps;
        dropped += steps;
        if (Newest.Steps > 0)
            return;

        dropped = 0;
        if (!runs.TryDequeue(out _))
            oldest = default;
    }

    public void Save(BinaryWriter writer)
    {
        var entries = Entries().ToList();
        writer.WriteNumber(entries.Count);
        foreach (var (value, steps) in entries)
        {
            writer.WriteNumber(steps);
            writer.Write((byte)value.State);
            writer.Write(value.IsRecovered);
            writer.Write(value.Bad);
            writer.Write(value.Valid);
        }
    }

    public static StepRuns Load(BinaryReader reader)
    {
        var loaded = new StepRuns();
        for (var count = reader.ReadLength(Most); count > 0; count--)
        {
            var (steps, state, isRecovered) = (reader.ReadNumber(), (StepState)reader.ReadByte(), reader.ReadBoolean());
            if (steps is < 1 or > int.MaxValue || !Enum.IsDefined(state))
                throw new InvalidDataException("The steps of a member in the snapshot are damaged.");
            loaded.Add(new SliStep(state, reader.ReadDouble(), reader.ReadDouble(), isRecovered), steps);
        }

        return loaded;
    }

    private IEnumerable<(SliStep Value, long Steps)> Entries()
    {
        var without = dropped;
        foreach (var (value, steps) in oldest.Steps > 0 ? runs.Append(oldest) : runs)
        {
            yield return (value, steps - without);
            without = 0;
        }
    }
}
