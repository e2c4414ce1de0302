using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SloRollback.PostgreSql.Tests.Support;

/// <summary>
/// A PostgreSQL cluster of our own: on a free loopback port, in a temporary directory, run by an unprivileged user where we are root.
/// Disposal ends exactly what was started here. This file depends on nothing else in its project, so that others can link it.
/// </summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    /// <summary>What a test says when it is skipped for want of a server.</summary>
    public const string SkipReason = "needs PostgreSQL's server: install the package \"postgresql\" (initdb in PATH or /usr/lib/postgresql/*/bin)";

    /// <summary>Who the tests are; errors must never hold the password.</summary>
    public const string User = "tester", Password = "k7!secret-Of-Tests";

    private readonly string directory = Directory.CreateTempSubdirectory("slorollback-postgresql-").FullName;
    private readonly string binaries;
    private readonly IReadOnlyList<string> settings;
    private bool isRunning;

    private PostgreSqlServer(string binaries, IReadOnlyList<string> settings) => (this.binaries, this.settings) = (binaries, settings);

    /// <summary>Where it listens, on the loopback.</summary>
    public int Port { get; } = FreePort();

    /// <summary>The database in which tests make their schemas.</summary>
    public string ConnectionString => $"Host=127.0.0.1;Port={Port};Database=postgres;Username={User};Password={Password}";

    /// <summary>The directory with the server's programs; <see langword="null"/> when there is none.</summary>
    public static string? FindBinaries()
    {
        const string Debian = "/usr/lib/postgresql";
        var installed = Directory.Exists(Debian) ? Directory.GetDirectories(Debian).OrderByDescending(d => int.TryParse(Path.GetFileName(d), out var v) ? v : 0) : Enumerable.Empty<string>();
        var paths = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        return installed.Select(d => Path.Combine(d, "bin")).Concat(paths).FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")) && File.Exists(Path.Combine(d, "pg_ctl")));
    }

    /// <summary>Makes a cluster and starts it.</summary>
    /// <param name="settings">Settings as <c>name=value</c>.</param>
    /// <exception cref="InvalidOperationException">There are no programs, or one failed.</exception>
    public static async Task<PostgreSqlServer> StartAsync(params IReadOnlyList<string> settings)
    {
        var server = new PostgreSqlServer(FindBinaries() ?? throw new InvalidOperationException(SkipReason), settings);
        try
        {
            await server.CreateAsync();
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a program as the user who runs the server.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Where it runs.</param>
    public static ProcessStartInfo Unprivileged(string program, IEnumerable<string> arguments, string folder)
    {
        var start = new ProcessStartInfo(IsRoot ? "runuser" : program) { UseShellExecute = false, WorkingDirectory = folder };
        foreach (var argument in IsRoot ? ["-u", Runner, "--", program, .. arguments] : arguments)
            start.ArgumentList.Add(argument);
        return start;
    }

    /// <summary>Makes a directory that the user who runs the server may write.</summary>
    public static Task HandOverAsync(string folder) => IsRoot ? RunAsync(new ProcessStartInfo("chown") { ArgumentList = { "-R", Runner, folder } }) : Task.CompletedTask;

    /// <summary>A port that is free now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts it again on its port and data.</summary>
    public async Task StartAgainAsync()
    {
        var options = string.Join(' ', settings.Prepend("listen_addresses=127.0.0.1").Append($"unix_socket_directories={directory}").Append($"port={Port}").Select(s => $"-c {s}"));
        AppDomain.CurrentDomain.ProcessExit += StopAtExit;
        isRunning = true;
        await ControlAsync("start", "-w", "-t", "60", "-l", Log, "-o", options);
    }

    /// <summary>Ends it as a crash would: <c>immediate</c>; or with notice to its clients: <c>fast</c>.</summary>
    public async Task StopAsync(string mode = "immediate")
    {
        if (!isRunning)
            return;

        isRunning = false;
        AppDomain.CurrentDomain.ProcessExit -= StopAtExit;
        await ControlAsync("stop", "-w", "-m", mode);
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
            await StopAsync();
        Directory.Delete(directory, recursive: true);
    }

    private static bool IsRoot => Environment.UserName == "root";

    private static string Runner => File.ReadLines("/etc/passwd").Any(l => l.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";

    private string Data => Path.Combine(directory, "data");

    private string Log => Path.Combine(directory, "log");

    private async Task CreateAsync()
    {
        var password = Path.Combine(directory, "password");
        await File.WriteAllTextAsync(password, Password);
        await HandOverAsync(directory);
        await RunAsync(Unprivileged(
            Path.Combine(binaries, "initdb"),
            ["-D", Data, "-U", User, "--pwfile", password, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            directory));
    }

    private async Task ControlAsync(params string[] arguments)
    {
        try
        {
            await RunAsync(Unprivileged(Path.Combine(binaries, "pg_ctl"), [.. arguments, "-D", Data], directory));
        }
        catch (InvalidOperationException e) when (File.Exists(Log))
        {
            throw new InvalidOperationException($"{e.Message}{Environment.NewLine}{await File.ReadAllTextAsync(Log)}", e);
        }
    }

    // A test run that is ended leaves no server behind.
    private void StopAtExit(object? sender, EventArgs e) => StopAsync().GetAwaiter().GetResult();

    private static async Task RunAsync(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}: {await output}{await error}");
    }
}
