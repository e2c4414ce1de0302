namespace SloRollback.Tests.Reference;

/// <summary>
/// A source of good and bad events with outages of any length. While an outage lasts its steps have no counts; with the first sample
/// after it, the growth is spread evenly over its steps and the one of that sample, or it is never known. Of two targets one may come
/// back some steps after the other: its growth is spread over the steps of the outage, too, once it is known.
/// </summary>
internal sealed class ScriptedSource
{
    private readonly long first;
    private readonly int shortGap;
    private readonly bool comesBackLater;
    private readonly List<(SliCell Cell, Outage? Outage)> steps = [];
    private readonly Dictionary<long, Later> laters = [];

    /// <param name="dice">Chance.</param>
    /// <param name="first">The first step.</param>
    /// <param name="count">How many steps there are at least.</param>
    /// <param name="shortGap">Over how many steps growth is spread at most where the gap is no long one.</param>
    /// <param name="comesBackLater">Does a second target come back after the first, now and then?</param>
    public ScriptedSource(Dice dice, long first, int count, int shortGap, bool comesBackLater = false)
    {
        (this.first, this.shortGap, this.comesBackLater) = (first, shortGap, comesBackLater);
        while (steps.Count < count)
        {
            if (dice.Chance(0.04)) Interrupt(dice, dice.Of(1, 2, 4, 5, 6, 8, 20));
            else steps.Add((Counted(dice), null));
        }
    }

    public long End => first + steps.Count;

    /// <summary>What is answered for a step when another is the newest one.</summary>
    public SliCell Cell(long step, long newest)
    {
        var (cell, outage) = steps[(int)(step - first)];
        if (outage is not null && (newest < outage.Sampled || !outage.IsRecovered) && step < outage.Sampled)
            return new SliCell(outage.State, 0, 0);

        return laters.TryGetValue(step, out var later) && newest >= later.Sampled
            ? new SliCell(StepState.Measured, cell.First + later.Share.First, cell.Second + later.Share.Second)
            {
                IsRecovered = cell.IsRecovered || !later.IsLong,
                IsLongGap = cell.IsRecovered && later.IsLong,
            }
            : cell;
    }

    /// <summary>For how many steps the outage of a step takes its growth to be known: a step without one has none.</summary>
    public int SpreadOver(long step) => steps[(int)(step - first)].Outage is { IsRecovered: true } outage ? outage.Length + 1 : 0;

    /// <summary>Does a step lie outside of all outages?</summary>
    public bool IsQuiet(long step) => steps[(int)(step - first)].Outage is null;

    /// <summary>The first step of the outage of a step, or the step itself.</summary>
    public long Begin(long step) => steps[(int)(step - first)].Outage is { } outage ? outage.Sampled - outage.Length : step;

    private void Interrupt(Dice dice, int length)
    {
        var outage = new Outage(first + steps.Count + length, length, dice.Of(StepState.Unmeasured, StepState.Missing), dice.Chance(0.7));
        var share = Counted(dice) with { IsRecovered = outage.IsRecovered, IsLongGap = outage.IsRecovered && length + 1 > shortGap };
        for (var i = 0; i <= length; i++) steps.Add((share, outage));
        if (!comesBackLater || !outage.IsRecovered || shortGap == 0 || dice.Chance(0.5)) return;

        // Its gap is no longer than the first one's kind, so that what one of them is told by holds for both.
        var isLong = length + 1 > shortGap;
        if (isLong || length + 2 <= shortGap) ComeBackLater(dice, outage, dice.Between(1, isLong ? shortGap : shortGap - length - 1), isLong);
    }

    private void ComeBackLater(Dice dice, Outage outage, int delay, bool isLong)
    {
        for (var i = 0; i < delay; i++) steps.Add((Counted(dice), null));

        var later = new Later(outage.Sampled + delay, Counted(dice), isLong);
        for (var step = outage.Sampled - outage.Length; step < outage.Sampled; step++) laters[step] = later;
        laters[later.Sampled] = later;
    }

    private static SliCell Counted(Dice dice)
    {
        if (dice.Chance(0.05)) return new SliCell(StepState.Measured, 0, 0);

        var bad = dice.Chance(0.6) ? 0 : dice.Below(16);
        return new SliCell(StepState.Measured, 64 - bad, bad);
    }

    private sealed record Outage(long Sampled, int Length, StepState State, bool IsRecovered);

    private sealed record Later(long Sampled, SliCell Share, bool IsLong);
}
