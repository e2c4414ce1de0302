using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Benchmarks.Prometheus;

namespace SloRollback.Benchmarks.Journals;

/// <summary>
/// How often the disk is synced between a decision and its effect: the engine runs in a process of its own under <c>strace</c>, and opens a file
/// when it decides and one when it acts.
/// </summary>
internal static partial class SyncReport
{
    public const string Verb = "sync-engine";

    private const int Rollbacks = 100;
    private const int Bar = 2;

    public static async Task MeasureAsync(Report report)
    {
        report.Progress("syncs under strace");
        report.Head("## Syncs between decision and effect");
        var trace = Path.Combine(report.Directory, "trace");
        var start = new ProcessStartInfo("strace")
        {
            ArgumentList = { "-f", "-y", "-e", "trace=fsync,fdatasync,sync_file_range,openat", "-o", trace, Environment.ProcessPath!, Verb, report.Directory },
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"strace or the engine ended with {process.ExitCode}");

        var between = Count(File.ReadLines(trace));
        if (between.Count != Rollbacks)
            throw new InvalidOperationException($"{between.Count} effects instead of {Rollbacks}");

        report.Line($"`fsync` and `fdatasync` of the whole process, counted by `strace -f` from the engine's decision to the call of the platform, in {Rollbacks} rollbacks on one file,");
        report.Line("each the first of an engine that has just opened it.");
        report.Line();
        report.Line("| syncs | of the log (`-wal`) | of the file | rollbacks | bar |");
        report.Line("|---:|---:|---:|---:|---:|");
        foreach (var group in between.GroupBy(s => s).OrderBy(g => g.Key.Log + g.Key.Other))
        {
            var sum = group.Key.Log + group.Key.Other;
            report.Line(string.Create(CultureInfo.InvariantCulture, $"| {sum} | {group.Key.Log} | {group.Key.Other} | {group.Count()} | {Report.Verdict(sum <= Bar, "≤ 2")} |"));
        }
    }

    /// <summary>Is it: one release after the other is rolled back, a day apart in virtual time.</summary>
    public static async Task RunAsync(string directory)
    {
        for (var i = 0; i < Rollbacks; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"workload-{i}");
            await EngineRun.RunAsync(
                builder => builder.AddSqlite(Path.Combine(directory, "syncs.db")),
                EngineRun.Start + Duration.FromDays(i),
                name,
                what => File.OpenHandle(Path.Combine(directory, what), FileMode.OpenOrCreate, FileAccess.Write).Dispose());
        }
    }

    // The last decision before an effect counts: others led to none.
    private static List<(int Log, int Other)> Count(IEnumerable<string> lines)
    {
        var counts = new List<(int, int)>();
        var (log, other) = (0, 0);
        foreach (var line in lines)
        {
            if (line.Contains("/decision\"", StringComparison.Ordinal))
                (log, other) = (0, 0);
            else if (line.Contains("/effect\"", StringComparison.Ordinal))
                counts.Add((log, other));
            else if (Sync().IsMatch(line) && line.Contains("-wal>", StringComparison.Ordinal))
                log++;
            else if (Sync().IsMatch(line))
                other++;
        }

        return counts;
    }

    [GeneratedRegex(@"^\d+\s+(fsync|fdatasync|sync_file_range)\(", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sync();
}
