using NodaTime;
using NodaTime.Text;
using Npgsql;

namespace SloRollback.PostgreSql.Storage;

/// <summary>
/// Brings the schema up to this version of the package, once, whoever comes first. A step of the schema only ever adds to it, as long as
/// hosts of the version before may share it; each says which versions can go on working with it.
/// </summary>
internal static class SchemaMigrator
{
    // Of the schema's name, so that several schemas of one database do not wait for one another.
    private const string LockKey = "hashtextextended('slorollback:' || $1, 0)";

    public static async Task OpenAsync(NpgsqlConnection connection, string schema, TimeProvider time, CancellationToken cancellationToken)
    {
        // Without a transaction first: a role that may not create anything can work with a schema that is there.
        if (await VersionAsync(connection, schema, cancellationToken).ConfigureAwait(false) >= SchemaSteps.All.Length)
            return;

        // A lock of the transaction, not of the session: it ends with it, and it may come through a pooler.
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var ending = transaction.ConfigureAwait(false);
        using (var take = new NpgsqlCommand($"select pg_advisory_xact_lock({LockKey})", connection) { Parameters = { new() { Value = schema } } })
            await take.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);

        var version = await VersionAsync(connection, schema, cancellationToken).ConfigureAwait(false);
        for (var next = version; next < SchemaSteps.All.Length; next++)
        {
            using var step = new NpgsqlCommand(SchemaSteps.All[next].Sql(schema), connection);
            await step.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            await NoteAsync(connection, schema, next + 1, cancellationToken).ConfigureAwait(false);
        }

        if (version == 0)
            await BeginAsync(connection, schema, time, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The version of the schema; 0 when it is not there.</summary>
    /// <exception cref="UnusableSchemaException">It is too new.</exception>
    private static async Task<int> VersionAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        // Not to_regclass: it may answer from what the session learned before it waited for the lock.
        const string Find = "select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = 'schema_version')";
        using var find = new NpgsqlCommand(Find, connection) { Parameters = { new() { Value = schema } } };
        if (await find.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
            return 0;

        using var read = new NpgsqlCommand($"select version, usable_from from \"{schema}\".schema_version order by version desc limit 1", connection);
        var reader = await read.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            return 0;

        var (version, usableFrom) = (reader.GetInt32(0), reader.GetInt32(1));
        return usableFrom <= SchemaSteps.All.Length
            ? version
            : throw new UnusableSchemaException(
                $"the schema {schema} is of version {version}, which this version of SloRollback does not know (it knows {SchemaSteps.All.Length}): a newer one has changed it; use that, or another schema");
    }

    private static async Task NoteAsync(NpgsqlConnection connection, string schema, int version, CancellationToken cancellationToken)
    {
        using var note = new NpgsqlCommand($"insert into \"{schema}\".schema_version (version, usable_from) values ($1, $2)", connection)
        {
            Parameters = { new() { Value = version }, new() { Value = SchemaSteps.All[version - 1].UsableFrom } },
        };
        await note.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    // By the engine's clock, like everything that it is compared with.
    private static async Task BeginAsync(NpgsqlConnection connection, string schema, TimeProvider time, CancellationToken cancellationToken)
    {
        using var begin = new NpgsqlCommand($"insert into \"{schema}\".guard (began) values ($1)", connection)
        {
            Parameters = { new() { Value = InstantPattern.ExtendedIso.Format(Instant.FromDateTimeOffset(time.GetUtcNow())) } },
        };
        await begin.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
