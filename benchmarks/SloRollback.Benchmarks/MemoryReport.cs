using System.Globalization;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Evaluation;
using SloRollback.Indicators;
using SloRollback.Rollbacks;

namespace SloRollback.Benchmarks;

/// <summary>
/// Bytes that an objective keeps, and what a process with 100,000 of them takes while it evaluates: numbers that no benchmark harness
/// should stand between. <c>-- memory</c> prints them as tables.
/// </summary>
internal static class MemoryReport
{
    private const int Some = 1000;
    private const int Many = 100_000;

    public static void Print()
    {
        Console.WriteLine("| period | bytes per objective | with gaps of every kind | snapshot |");
        Console.WriteLine("|---|---:|---:|---:|");
        foreach (var days in new[] { 7, 30, 90 })
        {
            var (plain, snapshot) = Measure(days, withGaps: false);
            var (gappy, _) = Measure(days, withGaps: true);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {days} days | {plain:N0} | {gappy:N0} | {snapshot:N0} |"));
        }

        Console.WriteLine();
        Tick();
    }

    private static (long Bytes, int Snapshot) Measure(int days, bool withGaps)
    {
        _ = new Fleet(1, days, withGaps);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var fleet = new Fleet(Some, days, withGaps);
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / Some;
        GC.KeepAlive(fleet);
        return (bytes, fleet.SnapshotLength);
    }

    private static void Tick()
    {
        var fleet = new Fleet(Many, days: 30);
        var outcome = SliOutcome.Read(null);
        var histories = new Dictionary<DeploymentTarget, TargetHistory>();
        var longest = TimeSpan.Zero;
        var allocated = 0L;
        for (var tick = 0; tick < 5; tick++)
        {
            var step = fleet.Steps + tick;
            var readings = new ObjectiveReadings[Many];
            for (var i = 0; i < Many; i++)
                readings[i] = new ObjectiveReadings(outcome, step, new[] { Fleet.Cell(step) });

            allocated = GC.GetTotalAllocatedBytes(precise: true);
            var began = System.Diagnostics.Stopwatch.GetTimestamp();
            var output = Engine.Step(fleet.State, new EngineInput(
                readings, histories, GuardState.Empty, StepGrid.StartOf(step + 1, Duration.FromMinutes(1)), new HashSet<RollbackId>()));
            var took = System.Diagnostics.Stopwatch.GetElapsedTime(began);
            allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
            longest = took > longest ? took : longest;
            if (output.Status.Objectives.Length != Many)
                throw new InvalidOperationException("objectives are lacking");
        }

        var peak = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Many:N0} objectives of 30 days, five evaluations with the whole status: longest {longest.TotalMilliseconds:N0} ms, {allocated / Many:N0} bytes allocated per objective; {peak}"));
    }
}
