using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using SloRollback.Benchmarks.Prometheus;
using SloRollback.PostgreSql;
using SloRollback.PostgreSql.Rollbacks;
using SloRollback.PostgreSql.Storage;
using SloRollback.PostgreSql.Tests.Support;
using SloRollback.Rollbacks;

namespace SloRollback.Benchmarks.Journals;

/// <summary>
/// What the journal in PostgreSQL costs, on a cluster of our own with the server's own settings, or on the server that
/// <c>SLOROLLBACK_TEST_POSTGRES</c> names. <c>-- postgres</c> prints the tables; <c>-- postgres writes history</c> some of them.
/// </summary>
internal static class PostgreSqlReport
{
    private const int WarmUps = 2, Rounds = 9, RollbacksInARound = 160;

    public static async Task PrintAsync(string[] parts)
    {
        bool Is(string part) => parts.Length == 0 || parts.Contains(part);
        var files = Directory.CreateTempSubdirectory("slorollback-benchmarks-");
        var named = Environment.GetEnvironmentVariable("SLOROLLBACK_TEST_POSTGRES");
        await using var own = named is { Length: > 0 } ? null : await PostgreSqlServer.StartAsync();
        var connection = own?.ConnectionString ?? named!;
        try
        {
            var report = new Report(files.FullName);
            var recorded = await RecordedRollback.RecordAsync();
            report.Line("# The journal in PostgreSQL");
            report.Line();
            report.Line("`dotnet run --project benchmarks/SloRollback.Benchmarks -c Release -- postgres` (starts a cluster of its own from the programs of an installed server; another one");
            report.Line("is named in `SLOROLLBACK_TEST_POSTGRES`). Times are of a shared machine, on which both the server and the writers run.");
            report.Line();
            report.Line($".NET {Environment.Version}, {Environment.ProcessorCount} cores; PostgreSQL {await AskAsync(connection, "show server_version")}, fsync={await AskAsync(connection, "show fsync")}, synchronous_commit={await AskAsync(connection, "show synchronous_commit")}, shared_buffers={await AskAsync(connection, "show shared_buffers")}; {SyncTime.Measure(files.FullName)}");
            report.Line();
            report.Line($"What is written is what the engine writes in the course of a rollback, recorded from a run of it: {recorded.Summary}.");
            if (Is("writes"))
                await WritesAsync(report, recorded, connection);
            if (Is("history"))
                await HistoryAsync(report, recorded, connection);
            report.End();
        }
        finally
        {
            files.Delete(recursive: true);
        }
    }

    private static async Task WritesAsync(Report report, RecordedRollback recorded, string connection)
    {
        report.Head("## Writes");
        report.Line($"Each writer does one rollback after the other, each write when the one before is committed. {Rounds} rounds of {RollbacksInARound * recorded.Count:N0} writes; medians. Syncs are");
        report.Line("those of the server's log, as `pg_stat_wal` counts them.");
        report.Line();
        report.Line("| writers | writes/s | least – most | bar | bytes allocated per write | syncs per write |");
        report.Line("|---:|---:|---:|---:|---:|---:|");
        await using var open = new OpenJournal(connection);
        var number = 0;
        foreach (var (writers, bar) in new[] { (1, 0), (16, 1000) })
        {
            report.Progress($"{writers} writers");
            var (speeds, bytes, syncs) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = -WarmUps; round < Rounds; round++)
            {
                var rollbacks = Enumerable.Range(0, RollbacksInARound).Select(_ => recorded.Of(number++, number)).ToList();
                var (allocated, synced, began) = (GC.GetTotalAllocatedBytes(precise: true), await SyncsAsync(connection), Stopwatch.GetTimestamp());
                await JournalHistory.InParallelAsync(writers, rollbacks.Count, async i =>
                {
                    foreach (var write in rollbacks[i])
                        await JournalHistory.WriteAsync(open.Journal, write);
                });
                var took = Stopwatch.GetElapsedTime(began).TotalSeconds;
                if (round < 0)
                    continue;

                var writes = (double)rollbacks.Count * recorded.Count;
                speeds.Add(writes / took);
                bytes.Add((GC.GetTotalAllocatedBytes(precise: true) - allocated) / writes);
                syncs.Add((await SyncsAsync(connection) - synced) / writes);
            }

            var speed = new Figures(speeds);
            report.Line(string.Create(CultureInfo.InvariantCulture,
                $"| {writers} | {speed.Median:N0} | {speed.Spread("N0")} | {(bar == 0 ? "" : Report.Verdict(speed.Median >= bar, $"≥ {bar:N0}"))} | {new Figures(bytes).Median:N0} | {new Figures(syncs).Median:0.00} |"));
        }
    }

    private static async Task HistoryAsync(Report report, RecordedRollback recorded, string connection)
    {
        report.Head("## A year of 1,000 services");
        var history = new JournalHistory(recorded);
        report.Progress("writing a year");
        await using var open = new OpenJournal(connection, OpenJournal.RecoverySchema);
        await history.WriteYearAsync(open.Journal);
        await history.WriteOpenAsync(open.Journal);
        await AskAsync(connection, "vacuum analyze; checkpoint; select ''");
        var size = await AskAsync(connection, $"select (sum(pg_total_relation_size(c.oid)) / 1048576)::bigint::text from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname = '{OpenJournal.RecoverySchema}'");
        report.Line(string.Create(CultureInfo.InvariantCulture, $"{JournalHistory.Services:N0} services, each with a decision a week of which every fourth became a rollback: {history.Lines:N0} lines of the audit log, {history.Documents:N0} evidence documents and {history.Rollbacks:N0} rollbacks, and besides {JournalHistory.Open:N0} that are open; the tables have {size} MB with their indexes."));
        report.Line();
        await ListReport.MeasureAsync(open.Journal, report);
        report.Head("## Recovery of 1,000 open rollbacks, in the same tables");
        await RecoveryReport.MeasureAsync(report, "postgres", connection);
    }

    private static async Task<string> AskAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        var text = "";
        foreach (var statement in sql.Split("; "))
        {
            await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 600 };
            text = await command.ExecuteScalarAsync() as string ?? "";
        }

        return text;
    }

    // Sessions report what they did within a second of falling idle, or when they end.
    private static async Task<double> SyncsAsync(string connection)
    {
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        return double.Parse(await AskAsync(connection, "select wal_sync::text from pg_stat_wal"), CultureInfo.InvariantCulture);
    }

    private sealed class OpenJournal : IAsyncDisposable
    {
        public const string RecoverySchema = "slorollback";

        private readonly PostgreSqlDatabase database;

        public OpenJournal(string connection, string schema = "benchmark_writes")
        {
            var time = TimeProvider.System;
            database = new PostgreSqlDatabase(() => new PostgreSqlOptions { ConnectionString = connection, Schema = schema, CommandTimeout = TimeSpan.FromSeconds(30) }, time);
            Journal = new PostgreSqlRollbackJournal(database, time, NullLoggerFactory.Instance);
        }

        public IRollbackJournal Journal { get; }

        public ValueTask DisposeAsync() => database.DisposeAsync();
    }
}
