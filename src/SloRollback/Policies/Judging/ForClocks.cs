namespace SloRollback.Policies.Judging;

/// <summary>For how many steps each <c>For</c> part of a condition has been breached.</summary>
internal sealed class ForClocks(int count)
{
    private const long Stopped = -1;

    private readonly (long Elapsed, long At)[] clocks = [.. Enumerable.Repeat((Stopped, 0L), count)];

    public int Count => clocks.Length;

    /// <summary>
    /// Moves a clock on to a step; a second time at the same step changes nothing. Of steps that nobody evaluated it is not known
    /// whether they were breached: they pause it, as unknown ones do.
    /// </summary>
    /// <param name="index">The clock.</param>
    /// <param name="step">The step that the evaluation is made at.</param>
    /// <param name="verdict">The verdict of the part.</param>
    /// <returns>Steps since the first breached evaluation, unknown ones left out; below 0 while it is not breached.</returns>
    public long Advance(int index, long step, Verdict verdict)
    {
        ref var clock = ref clocks[index];
        clock = verdict switch
        {
            Verdict.NotBreached => (Stopped, step),
            Verdict.Unknown => (clock.Elapsed, step),
            _ when clock.Elapsed == Stopped => (0, step),
            _ => (clock.Elapsed + (step > clock.At ? 1 : 0), step),
        };
        return clock.Elapsed;
    }

    public void Save(BinaryWriter writer)
    {
        foreach (var (elapsed, at) in clocks)
        {
            writer.Write(elapsed);
            writer.Write(at);
        }
    }

    public void Load(BinaryReader reader)
    {
        for (var i = 0; i < clocks.Length; i++)
            clocks[i] = (reader.ReadInt64(), reader.ReadInt64());
    }
}
