using System.Text.Json;
using Microsoft.Data.Sqlite;
using NodaTime.Text;
using SloRollback.Rollbacks;
using SloRollback.Sqlite.Rollbacks;
using SQLitePCL;

namespace SloRollback.Benchmarks.Journals;

/// <summary>
/// The statements that the journal runs, in a loop over a connection of Microsoft.Data.Sqlite with the same pragmas: one thread, statements
/// prepared once, the JSON made beforehand. What a journal can cost at least, if nobody waits for anybody.
/// </summary>
internal sealed class BareLoop(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> commands = [];

    /// <summary>A write with its texts made.</summary>
    public sealed record Prepared(JournalWriteRequest Request, string? Record, string[] Entries, string[] Messages);

    public static Prepared Prepare(JournalWriteRequest request) => new(
        request,
        request.Record is { } record ? JsonSerializer.Serialize(record, JsonText.Context.RollbackRecord) : null,
        [.. request.Entries.Select(e => JsonSerializer.Serialize(e, JsonText.Context.JournalEntry))],
        [.. request.Outbox.Select(m => JsonSerializer.Serialize(m, JsonText.Context.OutboxMessage))]);

    /// <summary>Fails unless both run the same statements with the same values in the same order.</summary>
    public static void Compare(SqliteConnection ours, Action runOurs, SqliteConnection theirs, Action runTheirs)
    {
        var (first, second) = (Trace(ours, runOurs), Trace(theirs, runTheirs));
        if (!first.SequenceEqual(second) || first.Count == 0)
            throw new InvalidOperationException($"the bare loop does not run what the journal runs:\n{string.Join('\n', first.Except(second))}\n---\n{string.Join('\n', second.Except(first))}");
    }

    public void Write(Prepared write)
    {
        var request = write.Request;
        Run("begin immediate");
        if (request.Record is { } record)
        {
            if ((Ask("select version from rollbacks where id = $1", record.Id.Value) is long version ? version : 0) != record.Version - 1)
                throw new InvalidOperationException("a conflict");
            if (!request.UnlessPaused.IsEmpty)
            {
                using var reader = Bind("select payload from pauses").ExecuteReader();
                if (reader.Read()) throw new InvalidOperationException("a pause");
            }

            Run(
                "insert or replace into rollbacks (id, version, state, is_final, target, proposed_at, payload) values ($1, $2, $3, $4, $5, $6, $7)",
                record.Id.Value, record.Version, record.State.ToString(), record.IsFinal ? 1 : 0, record.Target.ToString(), record.ProposedAt.ToUnixTimeTicks(), write.Record!);
        }

        foreach (var document in request.Evidence)
        {
            Run(
                "insert or replace into evidence (id, at, exact_at, json) values ($1, $2, $3, $4)",
                document.Id, document.At.ToUnixTimeTicks(), InstantPattern.ExtendedIso.Format(document.At), document.Json);
        }

        for (var i = 0; i < write.Entries.Length; i++)
        {
            var entry = request.Entries[i];
            Run("insert into entries (at, service, subject, payload) values ($1, $2, $3, $4)", entry.At.ToUnixTimeTicks(), entry.Service, entry.Subject, write.Entries[i]);
        }

        for (var i = 0; i < write.Messages.Length; i++)
            Run("insert or ignore into outbox (key, payload) values ($1, $2)", request.Outbox[i].Key, write.Messages[i]);
        foreach (var key in request.Delivered)
            Run("delete from outbox where key = $1", key);
        Run("commit");
    }

    public void Dispose()
    {
        foreach (var command in commands.Values)
            command.Dispose();
        connection.Dispose();
    }

    private void Run(string sql, params ReadOnlySpan<object> values) => Bind(sql, values).ExecuteNonQuery();

    private object? Ask(string sql, params ReadOnlySpan<object> values) => Bind(sql, values).ExecuteScalar();

    private SqliteCommand Bind(string sql, params ReadOnlySpan<object> values)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= values.Length; i++)
                command.Parameters.Add(new SqliteParameter($"${i}", null));
            commands.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        return command;
    }

    private static List<string> Trace(SqliteConnection connection, Action run)
    {
        var statements = new List<string>();
        strdelegate_trace note = (_, statement) => statements.Add(statement);
        raw.sqlite3_trace(connection.Handle!, note, null);
        run();
        raw.sqlite3_trace(connection.Handle!, (strdelegate_trace?)null, null);
        return statements;
    }
}
