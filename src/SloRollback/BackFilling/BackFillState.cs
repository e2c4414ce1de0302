using NodaTime;
using SloRollback.Indicators;
using SloRollback.Serialization;

namespace SloRollback.BackFilling;

/// <summary>
/// What is kept of an objective's back-fill. Cells that say nothing are held back until something older is found: time before the
/// service, or before what the source keeps, is not history. So are bad slices whose booking depends on those before them.
/// </summary>
/// <param name="reachSteps">Steps that rules and budget look back at, beside the period itself.</param>
internal sealed class BackFillState(long reachSteps)
{
    private const byte Recovered = 1, LongGap = 2;

    // A cell and its count for each of these in a snapshot: far more than answers differ where nothing is known.
    private const int Most = 1_000_000;

    private readonly List<(SliCell Cell, long Steps)> held = [];

    /// <summary>Steps that rules and budget look back at, beside the period itself.</summary>
    public long ReachSteps => reachSteps;

    /// <summary>Steps before the first that were answered and are not booked.</summary>
    public long HeldSteps { get; private set; }

    /// <summary>What was answered and is not booked, oldest first: a cell, and how many steps it stands for.</summary>
    public IReadOnlyList<(SliCell Cell, long Steps)> Held => held;

    /// <summary>The end of the newest stretch whose counts are estimates.</summary>
    public Instant? ApproximateBefore { get; set; }

    /// <summary>Holds other cells back, given oldest first.</summary>
    public void Hold(IEnumerable<(SliCell Cell, long Steps)> cells)
    {
        (SliCell Cell, long Steps)[] kept = [.. cells];
        held.Clear();
        HeldSteps = 0;
        foreach (var (cell, steps) in kept)
        {
            HeldSteps += steps;
            if (held.Count > 0 && held[^1].Cell == cell && IsEmpty(cell))
                held[^1] = (cell, held[^1].Steps + steps);
            else
                held.Add((cell, steps));
        }
    }

    /// <summary>Does a cell say nothing about what came about in it?</summary>
    public static bool IsEmpty(in SliCell cell) => cell.State is StepState.Missing or StepState.Unmeasured or StepState.Excluded;

    public void Forget()
    {
        Hold([]);
        ApproximateBefore = null;
    }

    public void Save(BinaryWriter writer)
    {
        writer.WriteNumber(ApproximateBefore?.ToUnixTimeMilliseconds() ?? 0);
        writer.WriteNumber(held.Count);
        foreach (var (cell, steps) in held)
        {
            writer.WriteNumber(steps);
            writer.Write((byte)cell.State);
            writer.Write((byte)cell.Absent);
            writer.Write((byte)((cell.IsRecovered ? Recovered : 0) | (cell.IsLongGap ? LongGap : 0)));
            writer.Write(cell.First);
            writer.Write(cell.Second);
        }
    }

    public void Load(BinaryReader reader)
    {
        ApproximateBefore = reader.ReadNumber() is var at and not 0 ? Instant.FromUnixTimeMilliseconds(at) : null;
        var cells = new (SliCell, long)[reader.ReadLength(Most)];
        for (var i = 0; i < cells.Length; i++)
            cells[i] = ReadCell(reader);
        Hold(cells);
    }

    private static (SliCell Cell, long Steps) ReadCell(BinaryReader reader)
    {
        var steps = reader.ReadNumber();
        var (state, absent, growth) = ((StepState)reader.ReadByte(), (AbsentSelectors)reader.ReadByte(), reader.ReadByte());
        if (steps is < 1 or > int.MaxValue || !Enum.IsDefined(state) || absent > AbsentSelectors.Both || growth > (Recovered | LongGap))
            throw new InvalidDataException("What the snapshot holds back is damaged.");

        return (new SliCell(state, reader.ReadDouble(), reader.ReadDouble(), absent, (growth & Recovered) != 0) { IsLongGap = (growth & LongGap) != 0 }, steps);
    }
}
