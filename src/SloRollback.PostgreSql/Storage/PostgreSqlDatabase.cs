using Npgsql;

namespace SloRollback.PostgreSql.Storage;

/// <summary>
/// The way to the server: its pool of connections, the schema on first use, and everything that goes wrong as a value. Nothing is kept in
/// a session (no settings, locks, prepared statements or notifications), so that a pooler may give each transaction another one.
/// </summary>
internal sealed class PostgreSqlDatabase : IDisposable, IAsyncDisposable
{
    private const int Attempts = 5;

    private readonly Lazy<Server> server;
    private readonly TimeProvider time;
    private volatile bool isOpen;

    public PostgreSqlDatabase(Func<PostgreSqlOptions> readOptions, TimeProvider time)
    {
        this.time = time;
        server = new Lazy<Server>(() => Server.Of(readOptions()));
    }

    /// <summary>The server, port and database, for people.</summary>
    public string Where => server.Value.Where;

    public string Schema => server.Value.Options.Schema;

    public PostgreSqlOptions Options => server.Value.Options;

    /// <summary>Calls the server within the time limit.</summary>
    /// <param name="call">What is to be done; done again when the server rolled it back for the sake of another, or <paramref name="isRepeatable"/>.</param>
    /// <param name="failed">The answer when it failed, from the words for people.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <param name="isRepeatable">May it be done again when the first connection turns out to be broken?</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<T> CallAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> call, Func<string, T> failed, CancellationToken cancellationToken, bool isRepeatable = false)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // Npgsql limits the wait for a connection and for each answer; this limits all of them together.
        using var limit = new CancellationTokenSource(2 * Options.CommandTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await CallOnceAsync(call, either.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (isRepeatable && attempt == 1 && Fault.IsBrokenConnection(e) && !either.IsCancellationRequested)
            {
                // What a restart of the server left in the pool.
                server.Value.Source.Clear();
            }
            catch (Exception e) when (attempt < Attempts && Fault.IsRolledBack(e) && !either.IsCancellationRequested)
            {
                // Nothing of it was done, by the server's own word.
            }
            catch (Exception e) when (Fault.IsExpected(e))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Fault.IsGone(e))
                    isOpen = false;
                return failed($"{Where}: {Fault.Explain(e)}");
            }
        }
    }

    public void Dispose()
    {
        if (server.IsValueCreated)
            server.Value.Source.Dispose();
    }

    public ValueTask DisposeAsync() => server.IsValueCreated ? server.Value.Source.DisposeAsync() : ValueTask.CompletedTask;

    private async Task<T> CallOnceAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        var connection = await server.Value.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        if (!isOpen)
        {
            await SchemaMigrator.OpenAsync(connection, Schema, time, cancellationToken).ConfigureAwait(false);
            isOpen = true;
        }

        return await call(connection, cancellationToken).ConfigureAwait(false);
    }

    private sealed record Server(PostgreSqlOptions Options, NpgsqlDataSource Source, string Where)
    {
        public static Server Of(PostgreSqlOptions options)
        {
            var seconds = (int)options.CommandTimeout.TotalSeconds;
            var builder = new NpgsqlSlimDataSourceBuilder(options.ConnectionString);
            var settings = builder.ConnectionStringBuilder;
            settings.Timeout = seconds;
            settings.CommandTimeout = seconds;

            // The host's ambient transaction is not ours: its rollback would take the record back after the effect.
            settings.Enlist = false;

            // We leave nothing behind in a session; and behind a pooler it is not ours to clean.
            settings.NoResetOnClose = true;
            settings.MaxAutoPrepare = 0;
            settings.ApplicationName ??= "SloRollback";
            builder.EnableArrays();
            builder.EnableTransportSecurity();
            return new Server(options, builder.Build(), $"PostgreSQL {settings.Host}:{settings.Port}/{settings.Database ?? settings.Username}");
        }
    }
}
