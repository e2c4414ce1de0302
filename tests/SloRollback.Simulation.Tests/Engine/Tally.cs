using SloRollback.Rollbacks;

namespace SloRollback.Simulation.Tests.Engine;

/// <summary>What happened in runs, so that it can be told whether they were worth anything.</summary>
internal sealed class Tally
{
    private readonly long[] states = new long[Enum.GetValues<RollbackState>().Length];

    public long Runs { get; set; }

    public long Events { get; set; }

    public long Crashes { get; set; }

    public long Writes { get; set; }

    public long Executed { get; set; }

    public long Applied { get; set; }

    public long this[RollbackState state] => states[(int)state];

    public void Entered(RollbackState state) => states[(int)state]++;

    public void Add(Tally other)
    {
        Runs += other.Runs;
        Events += other.Events;
        Crashes += other.Crashes;
        Writes += other.Writes;
        Executed += other.Executed;
        Applied += other.Applied;
        for (var i = 0; i < states.Length; i++)
            states[i] += other.states[i];
    }

    public override string ToString() =>
        $"{Runs} runs, {Events} events, {Crashes} crashes, {Writes} writes, {Executed} executed, {Applied} applied; "
        + string.Join(", ", Enum.GetValues<RollbackState>().Select(s => $"{s} {states[(int)s]}"));
}
