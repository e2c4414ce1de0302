using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using SloRollback.Benchmarks.Prometheus;
using SloRollback.Hosting.Evaluation;
using SloRollback.Hosting.Rollbacks;
using SloRollback.Rollbacks;

namespace SloRollback.Benchmarks.Journals;

/// <summary>
/// What an engine reads when it starts while 1,000 rollbacks are open, each time in a process of its own: nothing is compiled, pooled or
/// open yet.
/// </summary>
internal static class RecoveryReport
{
    public const string Verb = "recover";

    private const int Times = 7;
    private const double Bar = 2000;

    /// <summary>Measures it.</summary>
    /// <param name="report">Where the table goes.</param>
    /// <param name="kind"><c>sqlite</c> or <c>postgres</c>.</param>
    /// <param name="place">The file, or the connection string.</param>
    public static async Task MeasureAsync(Report report, string kind, string place)
    {
        report.Progress("recovery");
        var times = new List<double[]>();
        for (var i = 0; i < Times; i++)
            times.Add(await OnceAsync(kind, place));
        report.Line("| process started anew | median, ms | least – most, ms | bar |");
        report.Line("|---|---:|---:|---:|");
        foreach (var (name, place2) in new[] { ("guards: 1,000 open rollbacks and those that ended in the last 31 days", 0), ("1,000 evidence documents, one after the other, and read into memory", 1), ("outbox: the first 1,000 notifications", 2) })
            report.Line($"| {name} | {new Figures(times.Select(t => t[place2])).Middle("0")} | {new Figures(times.Select(t => t[place2])).Spread("0")} | |");
        var all = new Figures(times.Select(t => t.Sum()));
        report.Line($"| all of it | {all.Middle("0")} | {all.Spread("0")} | {Report.Verdict(all.Median <= Bar, "≤ 2,000 ms")} |");
    }

    /// <summary>Is it: through the engine's own reader and store; prints the milliseconds.</summary>
    public static async Task RunAsync(string kind, string place)
    {
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton<TimeProvider>(new SteppedTime(JournalHistory.End.ToDateTimeOffset()));
        var builder = collection.AddSloRollback();
        if (kind == "sqlite")
            builder.AddSqlite(place);
        else
            builder.AddPostgreSql(place);
        await using var services = collection.BuildServiceProvider();
        var (reader, store, journal) = (services.GetRequiredService<GuardReader>(), services.GetRequiredService<EvidenceStore>(), services.GetRequiredService<IRollbackJournal>());

        var began = Stopwatch.GetTimestamp();
        var guards = await reader.ReadAsync(CancellationToken.None);
        var open = guards.Rollbacks.Where(r => !r.IsFinal).ToList();
        var read = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        foreach (var record in open)
            await store.OpenAsync(record, CancellationToken.None);
        var opened = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        var outbox = await journal.ReadOutboxAsync(CancellationToken.None);
        var all = Stopwatch.GetElapsedTime(began).TotalMilliseconds;

        if (open.Count != JournalHistory.Open || open.Any(r => store.With(r) is null) || outbox.Value.Length != 1000)
            throw new InvalidOperationException($"{open.Count} open, {outbox.Value.Length} messages: {guards.Unavailable}{outbox.Unavailable}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{read} {opened - read} {all - opened}"));
    }

    private static async Task<double[]> OnceAsync(string kind, string place)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { ArgumentList = { Verb, kind, place }, UseShellExecute = false, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? [.. line.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture))]
            : throw new InvalidOperationException($"recovery ended with {process.ExitCode}");
    }
}
