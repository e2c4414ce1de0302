namespace SloRollback.Indicators;

/// <summary>
/// Bad slices in a row (SEMANTICS §3): the Nth of a run and those after it count, the ones before are booked as good, or, retroactively,
/// as bad once the Nth has come. A good slice, Missing, NoTraffic and Excluded end a run; Unmeasured and Inconsistent neither count nor
/// end it. Keeps a byte for each of the newest slices, so that one that is read again books the others as if it had come in order.
/// </summary>
/// <param name="consecutive">N, at least 1.</param>
/// <param name="retroactive">Are the first N - 1 booked as bad once the Nth comes?</param>
/// <param name="kept">How many of the newest slices may still change, at least 1.</param>
internal sealed class SliceRuns(int consecutive, bool retroactive, int kept)
{
    private readonly Slice[] slices = new Slice[kept];
    private long oldest;
    private long next;

    // Bad slices of the run that reaches back beyond the oldest slice, and of the one that is still open; at most N are told.
    private int before;
    private int open;

    [Flags]
    private enum Slice : byte
    {
        Unknown = 0,
        Bad = 1,
        Break = 2,
        Recovered = 4,
        Counted = 8,
    }

    private bool HasStarted => next > oldest;

    /// <summary>Takes the next slice and says how it is booked. Slices that were skipped are unknown.</summary>
    public SliStep Append(long step, in SliStep slice, List<(long Step, SliStep Value)> corrections)
    {
        if (!HasStarted)
            oldest = next = step;
        ArgumentOutOfRangeException.ThrowIfLessThan(step, next);
        Skip(step);

        var kind = Of(slice);
        var isNth = Is(kind, Slice.Bad) && open == consecutive - 1;
        open = Count(open, kind);
        Push(Is(kind, Slice.Bad) && open == consecutive ? kind | Slice.Counted : kind);
        if (isNth && retroactive)
            Rebook(step, corrections);
        return Booked(step, slice);
    }

    /// <summary>Takes another slice in the place of one that was read before, and says how it is booked.</summary>
    public SliStep Change(long step, in SliStep slice, List<(long Step, SliStep Value)> corrections)
    {
        Put(step, slice);
        Rebook(step, corrections);
        return Booked(step, slice);
    }

    /// <summary>Takes another slice in the place of one that was read before, without booking it, unless it is too old.</summary>
    public void Put(long step, in SliStep slice)
    {
        if (IsKept(step))
            slices[Slot(step)] = Of(slice);
    }

    /// <summary>Books the run that a changed slice lies in anew, or those on its two sides.</summary>
    public void Rebook(long step, List<(long Step, SliStep Value)> corrections)
    {
        if (!IsKept(step))
            return;

        var first = step;
        while (first > oldest && !Is(At(first - 1), Slice.Break))
            first--;

        var end = BookRun(first, first == oldest ? before : 0, step, corrections);
        if (end == step)
            BookRun(end + 1, 0, step, corrections);
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(next);
        writer.Write((int)(next - oldest));
        writer.Write((byte)before);
        for (var step = oldest; step < next; step++)
            writer.Write((byte)At(step));
    }

    public void Load(BinaryReader reader)
    {
        next = reader.ReadInt64();
        var count = reader.ReadInt32();
        StepReader.Demand(count >= 0 && count <= kept && next >= count);
        oldest = next - count;
        before = open = reader.ReadByte();
        StepReader.Demand(before <= consecutive);
        for (var step = oldest; step < next; step++)
        {
            var slice = (Slice)reader.ReadByte();
            StepReader.Demand(slice <= (Slice.Bad | Slice.Break | Slice.Recovered | Slice.Counted));
            StepReader.Demand(!Is(slice, Slice.Break) || !Is(slice, Slice.Bad));
            StepReader.Demand(!Is(slice, Slice.Counted) || Is(slice, Slice.Bad));
            slices[Slot(step)] = slice;
            open = Count(open, slice);
        }
    }

    // HasFlag boxes where it is not optimised away.
    private static bool Is(Slice slice, Slice flag) => (slice & flag) != Slice.Unknown;

    private static Slice Of(in SliStep slice) => slice.State switch
    {
        StepState.Unmeasured or StepState.Inconsistent => Slice.Unknown,
        StepState.Measured when slice.Bad > 0 => slice.IsRecovered ? Slice.Bad | Slice.Recovered : Slice.Bad,
        _ => Slice.Break,
    };

    // A bad slice that does not count is booked as good; all others are booked as they are.
    private SliStep Booked(long step, in SliStep slice) =>
        slice is { State: StepState.Measured, Bad: > 0 } && !(IsKept(step) && Is(At(step), Slice.Counted)) ? slice with { Bad = 0 } : slice;

    /// <summary>Books one run, whose first slices may be no longer kept.</summary>
    /// <returns>The break that ends it, or the next slice to come.</returns>
    private long BookRun(long start, int earlier, long changed, List<(long Step, SliStep Value)> corrections)
    {
        var (end, length) = (start, earlier);
        for (; end < next && !Is(At(end), Slice.Break); end++)
            length = Count(length, At(end));

        var position = earlier;
        for (var step = start; step < end; step++)
        {
            var slice = At(step);
            if (!Is(slice, Slice.Bad))
                continue;

            position = Count(position, slice);
            var isCounted = position == consecutive || (retroactive && length == consecutive);
            if (isCounted == Is(slice, Slice.Counted))
                continue;

            slices[Slot(step)] = slice ^ Slice.Counted;
            if (step != changed)
                corrections.Add((step, new SliStep(StepState.Measured, isCounted ? 1 : 0, 1, Is(slice, Slice.Recovered))));
        }

        open = end == next ? length : Is(At(next - 1), Slice.Break) ? 0 : open;
        return end;
    }

    private int Count(int run, Slice slice) =>
        Is(slice, Slice.Break) ? 0 : Is(slice, Slice.Bad) ? Math.Min(run + 1, consecutive) : run;

    private void Skip(long step)
    {
        if (step - next >= kept)
        {
            before = open;
            Array.Clear(slices);
            (oldest, next) = (step - kept, step);
        }

        while (next < step)
            Push(Slice.Unknown);
    }

    private void Push(Slice slice)
    {
        if (next - oldest == kept)
            before = Count(before, At(oldest++));
        slices[Slot(next++)] = slice;
    }

    private bool IsKept(long step) => step >= oldest && step < next;

    private Slice At(long step) => slices[Slot(step)];

    private int Slot(long step) => (int)(step % kept) is var slot && slot < 0 ? slot + kept : slot;
}
