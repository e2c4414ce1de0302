using Microsoft.Extensions.Logging.Abstractions;
using SloRollback.PostgreSql.Rollbacks;
using SloRollback.PostgreSql.Storage;
using SloRollback.Rollbacks;

namespace SloRollback.PostgreSql.Tests.Support;

/// <summary>
/// A process that makes rollbacks until all are finished, and is killed before: this test program itself, told so by the environment. It
/// writes a line before and after everything it does, by which its killer picks the moment.
/// </summary>
internal static class CrashingHost
{
    public const string ConnectionVariable = "SLOROLLBACK_CRASHING_HOST", SchemaVariable = "SLOROLLBACK_CRASHING_SCHEMA", LogVariable = "SLOROLLBACK_CRASHING_LOG";

    /// <summary>So many rollbacks in all.</summary>
    public const int Rollbacks = 60;

    public static async Task RunAsync(string connection)
    {
        var options = new PostgreSqlOptions { ConnectionString = connection, Schema = Environment.GetEnvironmentVariable(SchemaVariable)! };
        await using var database = new PostgreSqlDatabase(() => options, TimeProvider.System);
        var journal = new PostgreSqlRollbackJournal(database, TimeProvider.System, NullLoggerFactory.Instance);
        var driver = new MachineDriver(new ToldJournal(journal), new FileProvider(Environment.GetEnvironmentVariable(LogVariable)!), "host");

        // As after every start: what is open is resumed, then what was not proposed is.
        var state = await journal.ReadAsync(new JournalReadRequest(), CancellationToken.None);
        if (state.Unavailable is not null)
            throw new InvalidOperationException(state.Unavailable);
        foreach (var record in state.Rollbacks.Where(r => !r.IsFinal))
            await ToTheEndAsync(driver, record);
        var known = state.Rollbacks.Select(r => r.Id).ToHashSet();
        foreach (var record in Enumerable.Range(0, Rollbacks).Select(Given.Record).Where(r => !known.Contains(r.Id)))
            await ToTheEndAsync(driver, (await driver.ProposeAsync(record))!);
    }

    private static async Task ToTheEndAsync(MachineDriver driver, RollbackRecord record)
    {
        for (var current = record; !current.IsFinal; current = (await driver.MoveOnAsync(current))!)
            Tell("tick");
    }

    private static void Tell(string what) => Console.Out.WriteLine(what);

    /// <summary>Rolls back by a line in a file, which is on the disk before the answer. It does not look whether it is there already.</summary>
    private sealed class FileProvider(string log) : IDeploymentRollbacker
    {
        public Task<RollbackPlan> PlanAsync(RollbackRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<RollbackResult> RollBackAsync(RollbackRequest request, CancellationToken cancellationToken)
        {
            Tell("apply");
            using (var file = new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0))
            {
                file.Write(System.Text.Encoding.ASCII.GetBytes(request.Id.Value + "\n"));
                file.Flush(flushToDisk: true);
            }

            Tell("applied");
            return Task.FromResult(new RollbackResult { Status = RollbackResultStatus.Applied });
        }

        public Task<RollbackProgress> GetProgressAsync(RollbackRequest request, CancellationToken cancellationToken)
        {
            Tell("progress");
            var isApplied = File.Exists(log) && File.ReadLines(log).Contains(request.Id.Value);
            return Task.FromResult(new RollbackProgress { Status = isApplied ? RollbackProgressStatus.Completed : RollbackProgressStatus.NotApplied, CompletedAt = Store.Start });
        }
    }

    /// <summary>The journal, with a line before and after each write.</summary>
    private sealed class ToldJournal(IRollbackJournal journal) : IRollbackJournal
    {
        public bool IsDurable => journal.IsDurable;

        public async Task<JournalWriteResult> WriteAsync(JournalWriteRequest request, CancellationToken cancellationToken)
        {
            Tell("write");
            var result = await journal.WriteAsync(request, cancellationToken);
            Tell("written");
            return result.Status == JournalWriteStatus.Written ? result : throw new InvalidOperationException($"{result}");
        }

        public Task<GuardState> ReadAsync(JournalReadRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<JournalWriteResult> SetPauseAsync(PauseRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<JournalAnswer<System.Collections.Immutable.ImmutableArray<JournalEntry>>> ListAsync(JournalListRequest request, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<JournalAnswer<EvidenceDocument>> ReadEvidenceAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<JournalAnswer<System.Collections.Immutable.ImmutableArray<OutboxMessage>>> ReadOutboxAsync(CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
