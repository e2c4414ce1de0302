using System.Diagnostics;
using Npgsql;

namespace SloRollback.PostgreSql.Tests.Support;

/// <summary>A PgBouncer of our own in transaction mode, with two connections to a server for all its clients.</summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    public const string SkipReason = "needs PgBouncer: install the package \"pgbouncer\"";

    private readonly string directory = Directory.CreateTempSubdirectory("slorollback-pgbouncer-").FullName;
    private Process? process;

    public static string? Executable { get; } =
        ((Environment.GetEnvironmentVariable("PATH") ?? "") + ":/usr/sbin").Split(':').Select(p => Path.Combine(p, "pgbouncer")).FirstOrDefault(File.Exists);

    public int Port { get; } = PostgreSqlServer.FreePort();

    public string ConnectionString => $"Host=127.0.0.1;Port={Port};Database=pooled;Username={PostgreSqlServer.User};Password={PostgreSqlServer.Password}";

    public static async Task<PgBouncer> StartAsync(PostgreSqlServer server)
    {
        var pooler = new PgBouncer();
        try
        {
            await File.WriteAllTextAsync(Path.Combine(pooler.directory, "users.txt"), $"\"{PostgreSqlServer.User}\" \"{PostgreSqlServer.Password}\"\n");
            await File.WriteAllTextAsync(Path.Combine(pooler.directory, "pgbouncer.ini"), $"""
                [databases]
                pooled = host=127.0.0.1 port={server.Port} dbname=postgres user={PostgreSqlServer.User} password={PostgreSqlServer.Password}
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = {pooler.Port}
                unix_socket_dir =
                auth_type = scram-sha-256
                auth_file = {pooler.directory}/users.txt
                pool_mode = transaction
                default_pool_size = 2
                max_client_conn = 500

                """);
            await PostgreSqlServer.HandOverAsync(pooler.directory);
            var start = PostgreSqlServer.Unprivileged(Executable!, ["pgbouncer.ini"], pooler.directory);
            start.RedirectStandardError = true;
            pooler.process = Process.Start(start)!;
            var log = pooler.process.StandardError.ReadToEndAsync();
            await Wait.UntilAsync(() => pooler.IsReadyAsync(log), "PgBouncer is ready");
            return pooler;
        }
        catch
        {
            await pooler.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(directory, recursive: true);
    }

    private async Task<bool> IsReadyAsync(Task<string> log)
    {
        if (process!.HasExited)
            Assert.Fail($"PgBouncer ended: {await log}");

        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            return true;
        }
        catch (NpgsqlException e) when (e.InnerException is System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
