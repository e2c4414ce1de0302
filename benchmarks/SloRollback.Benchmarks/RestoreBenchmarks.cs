using BenchmarkDotNet.Attributes;

namespace SloRollback.Benchmarks;

/// <summary>10,000 objectives of 30 days restored from their snapshots, as at a start.</summary>
[MemoryDiagnoser]
public class RestoreBenchmarks
{
    private const int Objectives = 10_000;
    private Fleet fleet = null!;

    [GlobalSetup]
    public void SetUp() => fleet = new Fleet(1, days: 30);

    [Benchmark]
    public object Restore() => fleet.Another(Objectives);
}
