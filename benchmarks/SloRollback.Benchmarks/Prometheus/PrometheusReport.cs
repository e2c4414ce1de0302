using System.Globalization;
using NodaTime;
using SloRollback.Prometheus.Tests.RealServer;
using SloRollback.Prometheus.Tests.RealServer.Blocks;

namespace SloRollback.Benchmarks.Prometheus;

/// <summary>
/// What our source costs a real Prometheus and us, and how right it is, on generated data. <c>-- prometheus</c> prints the tables;
/// <c>-- prometheus cpu wall many accuracy</c> some of them. All numbers of a table are of one run.
/// </summary>
internal static class PrometheusReport
{
    public static async Task PrintAsync(string[] parts)
    {
        bool Is(string part) => parts.Length == 0 || parts.Contains(part);
        var files = Directory.CreateTempSubdirectory("slorollback-benchmarks-");
        try
        {
            var report = new Report(files.FullName);
            report.Line("# Prometheus");
            report.Line();
            report.Line("`dotnet run --project benchmarks/SloRollback.Benchmarks -c Release -- prometheus` (needs `prometheus` and `promtool` in `PATH`; another server is");
            report.Line("named in `SLOROLLBACK_PROMETHEUS`). Ratios count; times are of a shared machine.");
            report.Line();
            report.Line($".NET {Environment.Version}, {Environment.ProcessorCount} cores");
            if (Is("cpu") || Is("wall") || Is("accuracy"))
                await OnRealServerAsync(report, Is);
            if (Is("many"))
                await new ManyObjectivesReport(report).MeasureAsync();
            report.End();
        }
        finally
        {
            files.Delete(recursive: true);
        }
    }

    private static async Task OnRealServerAsync(Report report, Func<string, bool> isWanted)
    {
        var executable = PrometheusServer.FindExecutable() ?? throw new InvalidOperationException(PrometheusServer.SkipReason);
        await using var blocks = new BlockDirectory();
        report.Progress("generating blocks");
        var data = new ThirtyDays(SystemClock.Instance.GetCurrentInstant());
        await data.WriteAsync(blocks);
        var version = PrometheusServer.VersionOf(executable);
        report.Line(string.Create(CultureInfo.InvariantCulture, $"Prometheus {version}; {blocks.Samples:N0} samples in blocks"));
        report.Progress($"Prometheus {version} on {blocks.Samples:N0} samples");

        // Blocks as large as these are not compacted any further, which would cost CPU while we measure.
        await using var server = await PrometheusServer.StartAsync(new PrometheusServerSettings
        {
            Executable = executable,
            DataDirectory = blocks.Data,
            Arguments = ["--storage.tsdb.retention.time=100y", "--storage.tsdb.max-block-duration=18h", "--query.timeout=10m", "--query.max-samples=200000000"],

            // Each result of a rule that is not stored would be a line.
            LogLevel = "error",
        });
        if (isWanted("cpu"))
            await new CpuReport(server, data, report).MeasureAsync();
        if (isWanted("wall"))
            await new WallTimeReport(server, data, report).MeasureAsync();
        if (isWanted("accuracy"))
            await new AccuracyReport(server, data, report).MeasureAsync();
    }
}
