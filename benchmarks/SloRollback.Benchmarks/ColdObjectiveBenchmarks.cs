using BenchmarkDotNet.Attributes;

namespace SloRollback.Benchmarks;

/// <summary>The same step for 100,000 objectives of 30 days in turn: none is in the processor's cache when its turn comes.</summary>
[MemoryDiagnoser]
public class ColdObjectiveBenchmarks
{
    private const int Objectives = 100_000;
    private Fleet fleet = null!;
    private int next;

    [GlobalSetup]
    public void SetUp() => fleet = new Fleet(Objectives, days: 30);

    [Benchmark]
    public double Tracker()
    {
        next = next + 1 == Objectives ? 0 : next + 1;
        return fleet.Step(fleet.State.Objectives[next]);
    }
}
