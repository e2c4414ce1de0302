using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using NodaTime.Text;
using SloRollback.Rollbacks;
using SloRollback.Sqlite.Storage;

namespace SloRollback.Sqlite.Rollbacks;

/// <summary>
/// The journal of a single host, in a file. Writes go through one queue; reads have connections of their own and wait for no write. Tools in
/// other processes may read and write, too: SQLite's own lock orders them.
/// </summary>
internal sealed class SqliteRollbackJournal(SqliteFile file, WriteQueue queue, TimeProvider time, ILoggerFactory loggers) : IRollbackJournal
{
    private readonly Purge purge = new(file, queue, time, loggers.CreateLogger(JournalLog.Category));

    public bool IsDurable => true;

    public Task<JournalWriteResult> WriteAsync(JournalWriteRequest request, CancellationToken cancellationToken)
    {
        // The text is made here, not by the writer: it is the larger part of the work, and several make it at once.
        var write = new JournalWrite(request);
        return queue.RunAsync(write.Run, Failed, cancellationToken);
    }

    public Task<JournalWriteResult> SetPauseAsync(PauseRequest request, CancellationToken cancellationToken) =>
        queue.RunAsync(session => JournalWrite.SetPause(session, request), Failed, cancellationToken);

    public async Task<GuardState> ReadAsync(JournalReadRequest request, CancellationToken cancellationToken)
    {
        var state = await AskAsync(connection => Read(connection, request), cancellationToken).ConfigureAwait(false);
        if (state.Unavailable is { } why)
            return new GuardState { Unavailable = why };

        await purge.RunWhenDueAsync(cancellationToken).ConfigureAwait(false);
        return state.Value!;
    }

    public Task<JournalAnswer<ImmutableArray<JournalEntry>>> ListAsync(JournalListRequest request, CancellationToken cancellationToken) => AskAsync(
        connection =>
        {
            // Each filter has its index; what is left is at most a page.
            var filter = (request.Service.Length > 0 ? " and service = $2" : "") + (request.Subject.Length > 0 ? " and subject = $3" : "");
            return Rows(
                connection,
                $"select sequence, payload from entries where sequence < $1{filter} order by sequence desc limit $4",
                row => JsonText.Read("an entry", row.GetString(1), JsonText.Context.JournalEntry) with { Sequence = row.GetInt64(0) },
                request.Before ?? long.MaxValue,
                request.Service,
                request.Subject,
                request.Limit).ToImmutableArray();
        },
        cancellationToken);

    public Task<JournalAnswer<EvidenceDocument>> ReadEvidenceAsync(string id, CancellationToken cancellationToken) => AskAsync(
        connection => Rows(
            connection,
            "select exact_at, json from evidence where id = $1",
            row => new EvidenceDocument { Id = id, At = InstantPattern.ExtendedIso.Parse(row.GetString(0)).Value, Json = row.GetString(1) },
            id).FirstOrDefault(),
        cancellationToken);

    public Task<JournalAnswer<ImmutableArray<OutboxMessage>>> ReadOutboxAsync(CancellationToken cancellationToken) => AskAsync(
        connection => Rows(
            connection,
            "select key, payload from outbox order by number limit 1000",
            row => JsonText.Read(row.GetString(0), row.GetString(1), JsonText.Context.OutboxMessage)).ToImmutableArray(),
        cancellationToken);

    private static GuardState Read(SqliteConnection connection, JournalReadRequest request)
    {
        // One moment for all of it.
        using var moment = connection.BeginTransaction(deferred: true);
        var guard = Rows(connection, "select began, resumed_at, executions from guard", row => (Began: row.GetString(0), Resumed: row.IsDBNull(1) ? null : row.GetString(1), Executions: row.GetInt64(2))).Single();
        return new GuardState
        {
            Began = InstantPattern.ExtendedIso.Parse(guard.Began).Value,
            ResumedAt = guard.Resumed is null ? null : InstantPattern.ExtendedIso.Parse(guard.Resumed).Value,
            Executions = guard.Executions,
            Pauses = [.. Rows(connection, "select scope, payload from pauses order by scope", row => JsonText.Read(row.GetString(0), row.GetString(1), JsonText.Context.Pause))],
            Rollbacks =
            [
                .. Rows(
                    connection,
                    """
                    select id, payload, proposed_at from rollbacks where is_final = 0
                    union all select id, payload, proposed_at from rollbacks where is_final = 1 and proposed_at >= $1
                    order by proposed_at, id
                    """,
                    row => JsonText.Read(row.GetString(0), row.GetString(1), JsonText.Context.RollbackRecord),
                    request.Since.ToUnixTimeTicks()),
            ],
        };
    }

    private static List<T> Rows<T>(SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object> values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
            command.Parameters.AddWithValue($"${i + 1}", values[i]);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    private Task<JournalAnswer<T>> AskAsync<T>(Func<SqliteConnection, T?> ask, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            try
            {
                using var connection = file.Open();
                return new JournalAnswer<T> { Value = ask(connection) };
            }
            catch (Exception e) when (Fault.IsExpected(e))
            {
                return new JournalAnswer<T> { Unavailable = Fault.Explain(file.Options.Path, e) };
            }
        },
        cancellationToken);

    private static JournalWriteResult Failed(string why) => new() { Status = JournalWriteStatus.Failed, Detail = why };
}
