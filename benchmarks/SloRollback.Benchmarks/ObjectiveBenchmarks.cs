using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;

namespace SloRollback.Benchmarks;

/// <summary>
/// One objective, one new step: counted, page and ticket rules judged over 8 look-backs from 5 minutes to 3 days, budget of the whole
/// period and burn rates taken. Against a plain loop over two arrays that sums every window anew.
/// </summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class ObjectiveBenchmarks
{
    private static readonly int[] Windows = [5, 30, 60, 120, 360, 1440, 4320];
    private Fleet fleet = null!;
    private double[] bad = null!;
    private double[] valid = null!;

    [Params(7, 30, 90)]
    public int Days { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        fleet = new Fleet(1, Days);
        bad = new double[fleet.Steps];
        valid = new double[fleet.Steps];
        for (var i = 0; i < bad.Length; i++)
        {
            var cell = Fleet.Cell(i);
            (bad[i], valid[i]) = (cell.First, cell.Second);
        }
    }

    [Benchmark(Baseline = true)]
    public double Tracker() => fleet.Step(fleet.State.Objectives[0]);

    [Benchmark]
    public double PlainLoop()
    {
        var sum = 0.0;
        foreach (var window in Windows)
            sum += Ratio(window);
        return sum + Ratio(bad.Length);
    }

    private double Ratio(int window)
    {
        var (b, v) = (0.0, 0.0);
        for (var i = bad.Length - window; i < bad.Length; i++)
        {
            b += bad[i];
            v += valid[i];
        }

        return b / v;
    }
}
