using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using NodaTime;
using Npgsql;
using SloRollback.PostgreSql.Storage;
using SloRollback.Rollbacks;

namespace SloRollback.PostgreSql.Rollbacks;

/// <summary>
/// The journal that replicas share. Each write is one statement, which begins when all of it has arrived, so that no lock ever waits for a
/// client. A write that asks for pauses takes a share lock on the row that holds them all: either a pause is committed before, and is
/// seen, or its commit waits until the write's.
/// </summary>
internal sealed class PostgreSqlRollbackJournal(PostgreSqlDatabase database, TimeProvider time, ILoggerFactory loggers) : IRollbackJournal
{
    private readonly Purge purge = new(database, time, loggers.CreateLogger(JournalLog.Category));

    public bool IsDurable => true;

    public Task<JournalWriteResult> WriteAsync(JournalWriteRequest request, CancellationToken cancellationToken) => database.CallAsync(
        async (connection, token) =>
        {
            using var command = WriteStatement.Of(database.Schema, request);
            return await RunAsync(
                connection,
                command,
                reader => WriteStatement.Answer(reader, request),
                () => new JournalWriteResult { Status = JournalWriteStatus.Failed, Detail = "the database answered nothing" },
                token).ConfigureAwait(false);
        },
        Failed,
        cancellationToken);

    public Task<JournalWriteResult> SetPauseAsync(PauseRequest request, CancellationToken cancellationToken) => database.CallAsync(
        async (connection, token) =>
        {
            using var command = PauseStatement.Of(database.Schema, request);
            command.Connection = connection;
            return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false) == 1
                ? new JournalWriteResult { Status = JournalWriteStatus.Written }
                : throw Incomplete();
        },
        Failed,
        cancellationToken);

    public async Task<GuardState> ReadAsync(JournalReadRequest request, CancellationToken cancellationToken)
    {
        var state = await database.CallAsync(
            (connection, token) => ReadAsync(connection, request, token),
            why => new GuardState { Unavailable = why },
            cancellationToken,
            isRepeatable: true).ConfigureAwait(false);
        if (state.Unavailable is null)
            await purge.RunWhenDueAsync(cancellationToken).ConfigureAwait(false);
        return state;
    }

    public Task<JournalAnswer<ImmutableArray<JournalEntry>>> ListAsync(JournalListRequest request, CancellationToken cancellationToken) => AskAsync(
        ReadStatements.List(database.Schema, request),
        rows => rows.Select(r => JsonText.Read(r.Key, r.Payload, JsonText.Context.JournalEntry) with { Sequence = r.Number }).ToImmutableArray(),
        cancellationToken);

    public Task<JournalAnswer<EvidenceDocument>> ReadEvidenceAsync(string id, CancellationToken cancellationToken) => AskAsync(
        ReadStatements.Evidence(database.Schema, id),
        rows => rows.Select(r => new EvidenceDocument { Id = id, At = SqlValue.InstantOf(r.Key), Json = r.Payload }).FirstOrDefault(),
        cancellationToken);

    public Task<JournalAnswer<ImmutableArray<OutboxMessage>>> ReadOutboxAsync(CancellationToken cancellationToken) => AskAsync(
        ReadStatements.Outbox(database.Schema),
        rows => rows.Select(r => JsonText.Read(r.Key, r.Payload, JsonText.Context.OutboxMessage)).ToImmutableArray(),
        cancellationToken);

    private async Task<GuardState> ReadAsync(NpgsqlConnection connection, JournalReadRequest request, CancellationToken cancellationToken)
    {
        using var command = ReadStatements.Guards(database.Schema, request.Since)();
        command.Connection = connection;
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);

        Instant? began = null, resumedAt = null;
        var executions = 0L;
        var pauses = new List<Pause>();
        var records = new List<RollbackRecord>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            switch (reader.GetInt32(0))
            {
                case ReadStatements.GuardPart:
                    began = SqlValue.InstantOf(reader.GetString(1));
                    resumedAt = reader.IsDBNull(2) ? null : SqlValue.InstantOf(reader.GetString(2));
                    executions = reader.GetInt64(3);
                    break;
                case ReadStatements.PausePart:
                    pauses.Add(JsonText.Read("a pause", reader.GetString(2), JsonText.Context.Pause));
                    break;
                default:
                    var record = JsonText.Read(reader.GetString(1), reader.GetString(2), JsonText.Context.RollbackRecord);
                    if (!record.IsFinal || record.ProposedAt >= request.Since)
                        records.Add(record);
                    break;
            }
        }

        return new GuardState
        {
            Began = began ?? throw Incomplete(),
            ResumedAt = resumedAt,
            Executions = executions,
            Pauses = [.. pauses.OrderBy(p => p.Scope, StringComparer.Ordinal)],
            Rollbacks = [.. records.OrderBy(r => r.ProposedAt).ThenBy(r => r.Id.Value, StringComparer.Ordinal)],
        };
    }

    /// <summary>Asks for rows of a number, a key and a payload.</summary>
    private Task<JournalAnswer<T>> AskAsync<T>(Func<NpgsqlCommand> question, Func<IEnumerable<(long Number, string Key, string Payload)>, T?> answer, CancellationToken cancellationToken) =>
        database.CallAsync(
            async (connection, token) =>
            {
                using var command = question();
                command.Connection = connection;
                var rows = new List<(long, string, string)>();
                var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    while (await reader.ReadAsync(token).ConfigureAwait(false))
                        rows.Add((reader.GetInt64(0), reader.GetString(1), reader.GetString(2)));
                }

                return new JournalAnswer<T> { Value = answer(rows) };
            },
            why => new JournalAnswer<T> { Unavailable = why },
            cancellationToken,
            isRepeatable: true);

    private static async Task<T> RunAsync<T>(NpgsqlConnection connection, NpgsqlCommand command, Func<NpgsqlDataReader, T> row, Func<T> none, CancellationToken cancellationToken)
    {
        command.Connection = connection;
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? row(reader) : none();

        // To the end: the commit comes after the row, and what fails in it is told here.
        while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false)) { }
        return result;
    }

    private UnusableSchemaException Incomplete() => new($"the schema {database.Schema} is not complete: its table guard is empty");

    private static JournalWriteResult Failed(string why) => new() { Detail = why };
}
