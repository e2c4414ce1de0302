using Microsoft.Extensions.Time.Testing;
using NodaTime;
using Npgsql;
using SloRollback.PostgreSql.Leases;
using SloRollback.PostgreSql.Rollbacks;
using SloRollback.PostgreSql.Storage;

namespace SloRollback.PostgreSql.Tests.Support;

/// <summary>One host's way to a database: its journal and its lease.</summary>
internal sealed class Store : IAsyncDisposable
{
    public static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 12, 0);

    public Store(string connectionString, string? schema = null, Action<PostgreSqlOptions>? configure = null, FakeTimeProvider? time = null)
    {
        Options = new PostgreSqlOptions { ConnectionString = connectionString, Schema = schema ?? NewSchema(), CommandTimeout = TimeSpan.FromSeconds(20) };
        configure?.Invoke(Options);
        Time = time ?? new FakeTimeProvider(Start.ToDateTimeOffset());
        Database = new PostgreSqlDatabase(() => Options, Time);
        Journal = new PostgreSqlRollbackJournal(Database, Time, Log);
        Lease = new PostgreSqlLease(Database);
    }

    public PostgreSqlOptions Options { get; }

    public FakeTimeProvider Time { get; }

    public PostgreSqlDatabase Database { get; }

    public PostgreSqlRollbackJournal Journal { get; }

    public PostgreSqlLease Lease { get; }

    public RecordingLog Log { get; } = new();

    public static string NewSchema() => $"t_{Guid.NewGuid():N}"[..18];

    /// <summary>Another host that shares the schema.</summary>
    public Store Another(Action<PostgreSqlOptions>? configure = null) => new(Options.ConnectionString, Options.Schema, configure, Time);

    /// <summary>Does something behind the journal's back.</summary>
    public async Task<object?> SqlAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Options.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql.Replace("$s", $"\"{Options.Schema}\"", StringComparison.Ordinal), connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
