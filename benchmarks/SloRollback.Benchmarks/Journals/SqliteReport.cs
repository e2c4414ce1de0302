using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SloRollback.Benchmarks.Prometheus;
using SloRollback.Rollbacks;
using SloRollback.Sqlite;
using SloRollback.Sqlite.Rollbacks;
using SloRollback.Sqlite.Storage;

namespace SloRollback.Benchmarks.Journals;

/// <summary>
/// What the journal in a SQLite file costs, against the statements alone. <c>-- sqlite</c> prints the tables; <c>-- sqlite writes syncs
/// history</c> some of them.
/// </summary>
internal static class SqliteReport
{
    public static async Task PrintAsync(string[] parts)
    {
        bool Is(string part) => parts.Length == 0 || parts.Contains(part);
        SQLitePCL.Batteries_V2.Init();

        // Where hosts keep files: a file system in memory would not sync.
        var files = Directory.CreateTempSubdirectory("slorollback-benchmarks-");
        try
        {
            var report = new Report(files.FullName);
            var recorded = await RecordedRollback.RecordAsync();
            report.Line("# The journal in a SQLite file");
            report.Line();
            report.Line("`dotnet run --project benchmarks/SloRollback.Benchmarks -c Release -- sqlite` (the table of syncs needs `strace`). Ratios and allocated bytes count; times");
            report.Line("are of a shared machine.");
            report.Line();
            report.Line($".NET {Environment.Version}, {Environment.ProcessorCount} cores; SQLite {SQLitePCL.raw.sqlite3_libversion().utf8_to_string()}; {new DriveInfo(files.FullName).DriveFormat}; {SyncTime.Measure(files.FullName)}");
            report.Line();
            report.Line($"What is written is what the engine writes in the course of a rollback, recorded from a run of it: {recorded.Summary}.");
            if (Is("writes"))
                await new SqliteWrites(report, recorded).MeasureAsync();
            if (Is("syncs"))
                await SyncReport.MeasureAsync(report);
            if (Is("history"))
                await HistoryAsync(report, recorded);
            report.End();
        }
        finally
        {
            files.Delete(recursive: true);
        }
    }

    private static async Task HistoryAsync(Report report, RecordedRollback recorded)
    {
        report.Head("## A year of 1,000 services");
        var path = Path.Combine(report.Directory, "year.db");
        var history = new JournalHistory(recorded);
        report.Progress("writing a year");
        await using (var filling = new OpenJournal(path, pragmas: "pragma synchronous = off"))
        {
            await history.WriteYearAsync(filling.Journal);
            await history.WriteOpenAsync(filling.Journal);
        }

        report.Line(string.Create(CultureInfo.InvariantCulture, $"{JournalHistory.Services:N0} services, each with a decision a week of which every fourth became a rollback: {history.Lines:N0} lines of the audit log, {history.Documents:N0} evidence documents and {history.Rollbacks:N0} rollbacks, and besides {JournalHistory.Open:N0} that are open; the file has {new FileInfo(path).Length / 1048576:N0} MB."));
        report.Line();
        await using (var reading = new OpenJournal(path))
            await ListReport.MeasureAsync(reading.Journal, report);
        report.Head("## Recovery of 1,000 open rollbacks, in the same file");
        await RecoveryReport.MeasureAsync(report, "sqlite", path);
    }

    /// <summary>A journal over a file.</summary>
    internal sealed class OpenJournal : IAsyncDisposable
    {
        private readonly WriteQueue queue;

        public OpenJournal(string path, string pragmas = "")
        {
            var time = new SteppedTime(EngineRun.Start.ToDateTimeOffset());
            File = new SqliteFile(() => new SqliteOptions { Path = path, BusyTimeout = TimeSpan.FromSeconds(30) }, time) { Pragmas = pragmas };
            queue = new WriteQueue(File);
            Journal = new SqliteRollbackJournal(File, queue, time, NullLoggerFactory.Instance);
        }

        public SqliteFile File { get; }

        public IRollbackJournal Journal { get; }

        public ValueTask DisposeAsync() => queue.DisposeAsync();
    }
}
