using Microsoft.Data.Sqlite;
using NodaTime;
using NodaTime.Text;

namespace SloRollback.Sqlite.Storage;

/// <summary>Opens connections to the file and brings its schema up to this version of the package.</summary>
internal sealed class SqliteFile(Func<SqliteOptions> readOptions, TimeProvider time)
{
    private readonly Lazy<SqliteOptions> options = new(readOptions);

    public SqliteOptions Options => options.Value;

    /// <summary>More that is set on every connection, by tests.</summary>
    public string Pragmas { get; set; } = "";

    /// <summary>Opens a connection. To be closed by who asked; never shared between threads.</summary>
    /// <exception cref="SqliteException">The file cannot be opened, or is none of SQLite's.</exception>
    /// <exception cref="UnusableSchemaException">A newer version of the package has changed it.</exception>
    public SqliteConnection Open()
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(Options.Path));
        if (!string.IsNullOrEmpty(directory))
            Directory.CreateDirectory(directory);

        // Without the pool: a connection that failed is not given to the next one who asks, and a file that was exchanged is opened anew.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Options.Path,
            Pooling = false,
            DefaultTimeout = (int)Math.Ceiling(Options.BusyTimeout.TotalSeconds),
        }.ToString());
        try
        {
            connection.Open();

            // FULL: what was answered as written outlives the loss of power. The busy time-out comes first: the change to WAL takes locks.
            Run(connection, $"pragma busy_timeout = {(int)Options.BusyTimeout.TotalMilliseconds}; pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; {Pragmas}");
            if (Version(connection) < SchemaSteps.All.Length)
                Migrate(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static int Version(SqliteConnection connection)
    {
        if (Scalar(connection, "select count(*) from sqlite_master where name = 'schema_version'") is not > 0)
            return 0;

        var version = (int)Scalar(connection, "select coalesce(max(version), 0) from schema_version");
        var usableFrom = (int)Scalar(connection, "select coalesce(max(usable_from), 0) from schema_version");
        return usableFrom <= SchemaSteps.All.Length
            ? version
            : throw new UnusableSchemaException(
                $"its schema is of version {version}, which this version of SloRollback does not know (it knows {SchemaSteps.All.Length}): a newer one has changed it; use that, or another file");
    }

    private void Migrate(SqliteConnection connection)
    {
        // Immediate: of two that open a new file one makes the schema and the other finds it.
        using var transaction = connection.BeginTransaction(deferred: false);
        var version = Version(connection);
        for (var next = version; next < SchemaSteps.All.Length; next++)
        {
            Run(connection, SchemaSteps.All[next].Sql, transaction);
            Run(connection, $"insert into schema_version values ({next + 1}, {SchemaSteps.All[next].UsableFrom})", transaction);
        }

        if (version == 0)
        {
            using var begin = connection.CreateCommand();
            begin.Transaction = transaction;
            begin.CommandText = "insert into guard (only_row, began) values (1, $began)";
            begin.Parameters.AddWithValue("$began", InstantPattern.ExtendedIso.Format(Instant.FromDateTimeOffset(time.GetUtcNow())));
            begin.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    private static void Run(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
