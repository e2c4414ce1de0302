namespace SloRollback.Objectives;

/// <summary>
/// One cumulative count of steps that lack something, beside the counts of a ring. Two bytes an entry where the ring spans fewer
/// steps than those can tell apart, four elsewhere.
/// </summary>
internal sealed class LackColumn(int capacity, bool isWide)
{
    private readonly ushort[]? narrow = isWide ? null : new ushort[capacity];
    private readonly int[]? wide = isWide ? new int[capacity] : null;

    /// <summary>The count at a slot.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="total">The count now: it is at most 65,535 more.</param>
    public int Get(int slot, int total) => wide is not null ? wide[slot] : total - (ushort)(total - narrow![slot]);

    public void Set(int slot, int count)
    {
        if (wide is not null) wide[slot] = count;
        else narrow![slot] = (ushort)count;
    }

    public void Add(int slot, int delta)
    {
        if (wide is not null) wide[slot] += delta;
        else narrow![slot] += (ushort)delta;
    }
}
