using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SloRollback.Prometheus.Tests.RealServer;

/// <summary>
/// A real Prometheus server of our own: on a free loopback port, with its own configuration and data in a temporary directory. It
/// can be killed and started again on the same port and data. Disposal ends exactly the process that was started here.
/// <para>
/// The executable is named by the environment variable <c>SLOROLLBACK_PROMETHEUS</c>, else looked for in <c>PATH</c>. This file
/// depends on nothing else in its project, so that others can link it.
/// </para>
/// </summary>
public sealed class PrometheusServer : IAsyncDisposable
{
    /// <summary>What a test says when it is skipped for want of the executable.</summary>
    public const string SkipReason = "needs a Prometheus server: install the package \"prometheus\", or set SLOROLLBACK_PROMETHEUS to the executable";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("slorollback-prometheus-");
    private readonly string executable;
    private readonly int port = FreePort();
    private Process? process;

    private PrometheusServer(string executable) => this.executable = executable;

    /// <summary>Where the server listens.</summary>
    public Uri Address => new($"http://127.0.0.1:{port}");

    /// <summary>The executable to use, or <see langword="null"/> when there is none.</summary>
    public static string? FindExecutable()
    {
        if (Environment.GetEnvironmentVariable("SLOROLLBACK_PROMETHEUS") is { Length: > 0 } named)
            return named;

        var paths = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        return paths.SelectMany(p => new[] { Path.Combine(p, "prometheus"), Path.Combine(p, "prometheus.exe") }).FirstOrDefault(File.Exists);
    }

    /// <summary>Starts a server that scrapes the targets' <c>/metrics</c>, as the job <c>test</c>, and waits until it is ready.</summary>
    /// <param name="targets">What to scrape, as <c>host:port</c>.</param>
    /// <param name="scrapeInterval">The time between scrapes; a second if not given.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">There is no executable (see <see cref="FindExecutable"/>), or it did not become ready.</exception>
    public static async Task<PrometheusServer> StartAsync(IEnumerable<string> targets, TimeSpan? scrapeInterval = null, CancellationToken cancellationToken = default)
    {
        var server = new PrometheusServer(FindExecutable() ?? throw new InvalidOperationException(SkipReason));
        try
        {
            var interval = (scrapeInterval ?? TimeSpan.FromSeconds(1)).TotalMilliseconds;
            var configuration = $"""
                global:
                  scrape_interval: {interval}ms
                  scrape_timeout: {interval}ms
                scrape_configs:
                  - job_name: test
                    static_configs:
                      - targets: [{string.Join(", ", targets.Select(t => $"'{t}'"))}]
                """;
            await File.WriteAllTextAsync(server.ConfigurationFile, configuration, cancellationToken);
            await server.StartAgainAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the server again on its port and data, after <see cref="KillAsync"/>, and waits until it is ready.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo(executable) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add($"--config.file={ConfigurationFile}");
        start.ArgumentList.Add($"--storage.tsdb.path={Path.Combine(directory.FullName, "data")}");
        start.ArgumentList.Add($"--web.listen-address=127.0.0.1:{port}");
        start.ArgumentList.Add("--log.level=warn");

        var output = new List<string>();
        process = new Process { StartInfo = start };
        process.ErrorDataReceived += (_, e) => Keep(output, e.Data);
        process.OutputDataReceived += (_, e) => Keep(output, e.Data);
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();

        if (!await IsReadyAsync(cancellationToken))
        {
            lock (output)
                throw new InvalidOperationException($"{executable} did not become ready on {Address}: {string.Join(Environment.NewLine, output)}");
        }
    }

    /// <summary>Kills the server, as a crash would. Its data stay.</summary>
    public async Task KillAsync()
    {
        if (process is null)
            return;

        if (!process.HasExited)
            process.Kill(entireProcessTree: true);

        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <summary>Ends the server and removes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        directory.Delete(recursive: true);
    }

    private string ConfigurationFile => Path.Combine(directory.FullName, "prometheus.yml");

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(2) };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        while (!limit.IsCancellationRequested && process is { HasExited: false })
        {
            try
            {
                using var response = await http.GetAsync(new Uri("/-/ready", UriKind.Relative), limit.Token);
                if (response.IsSuccessStatusCode)
                    return true;

                await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // One request took too long, or all of them together did: the loop's condition tells.
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return false;
    }

    private static void Keep(List<string> output, string? line)
    {
        lock (output)
        {
            if (line is not null && output.Count < 100)
                output.Add(line);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
