using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SloRollback.Prometheus.Tests.RealServer;

/// <summary>
/// A real Prometheus server of our own: on a free loopback port, with its own configuration and data in a temporary directory. It
/// can be killed and started again on the same port and data. Disposal ends exactly the process that was started here.
/// <para>
/// The executables are named by the environment variable <c>SLOROLLBACK_PROMETHEUS</c> (several are separated as in <c>PATH</c>),
/// else one is looked for in <c>PATH</c>. This file and <see cref="PrometheusServerSettings"/> depend on nothing else in their
/// project, so that others can link them.
/// </para>
/// </summary>
public sealed class PrometheusServer : IAsyncDisposable
{
    /// <summary>What a test says when it is skipped for want of the executable.</summary>
    public const string SkipReason = "needs a Prometheus server: install the package \"prometheus\", or set SLOROLLBACK_PROMETHEUS to the executable";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("slorollback-prometheus-");
    private readonly int port = FreePort();
    private PrometheusServerSettings settings;
    private Process? process;

    private PrometheusServer(PrometheusServerSettings settings) => this.settings = settings;

    /// <summary>The executables to use, each once; empty when there is none.</summary>
    public static IReadOnlyList<string> Executables { get; } = FindExecutables();

    /// <summary>Where the server listens.</summary>
    public Uri Address => new($"http://127.0.0.1:{port}");

    /// <summary>The id of the process at work.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public int ProcessId => process?.Id ?? throw new InvalidOperationException("The server is not at work.");

    /// <summary>The executable to use, or <see langword="null"/> when there is none.</summary>
    public static string? FindExecutable() => Executables.Count == 0 ? null : Executables[0];

    /// <summary>The version that an executable tells, such as <c>2.42.0</c>.</summary>
    /// <param name="executable">Its path.</param>
    public static string VersionOf(string executable)
    {
        var start = new ProcessStartInfo(executable) { ArgumentList = { "--version" }, UseShellExecute = false, RedirectStandardOutput = true };
        using var asked = Process.Start(start)!;
        var text = asked.StandardOutput.ReadToEnd();
        asked.WaitForExit();

        // "prometheus, version 2.42.0+ds (branch: ...": what distributions append is not part of it.
        var words = text.Split([' ', '\n', '+', '~'], StringSplitOptions.RemoveEmptyEntries);
        var at = Array.IndexOf(words, "version");
        return at >= 0 && at + 1 < words.Length ? words[at + 1] : throw new InvalidOperationException($"{executable} --version tells no version: {text}");
    }

    /// <summary>Starts a server that scrapes the targets' <c>/metrics</c>, as the job <c>test</c>, and waits until it is ready.</summary>
    /// <param name="targets">What to scrape, as <c>host:port</c>.</param>
    /// <param name="scrapeInterval">The time between scrapes; a second if not given.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">There is no executable (see <see cref="FindExecutable"/>), or it did not become ready.</exception>
    public static Task<PrometheusServer> StartAsync(IEnumerable<string> targets, TimeSpan? scrapeInterval = null, CancellationToken cancellationToken = default)
    {
        var wanted = new PrometheusServerSettings { Targets = [.. targets] };
        return StartAsync(scrapeInterval is { } interval ? wanted with { ScrapeInterval = interval } : wanted, cancellationToken);
    }

    /// <summary>Starts a server, and waits until it is ready.</summary>
    /// <param name="wanted">What to start.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">There is no executable, or it did not become ready.</exception>
    public static async Task<PrometheusServer> StartAsync(PrometheusServerSettings wanted, CancellationToken cancellationToken = default)
    {
        var executable = wanted.Executable ?? FindExecutable() ?? throw new InvalidOperationException(SkipReason);
        var server = new PrometheusServer(wanted with { Executable = executable });
        try
        {
            await server.ConfigureAsync(cancellationToken);
            await server.StartAgainAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has the server evaluate other rules from now on.</summary>
    /// <param name="ruleFiles">The files; none ends all evaluation.</param>
    /// <param name="evaluationInterval">The time between evaluations.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task EvaluateAsync(IReadOnlyList<string> ruleFiles, TimeSpan evaluationInterval, CancellationToken cancellationToken = default)
    {
        settings = settings with { RuleFiles = ruleFiles, EvaluationInterval = evaluationInterval };
        await ConfigureAsync(cancellationToken);
        using var http = new HttpClient { BaseAddress = Address };
        using var response = await http.PostAsync(new Uri("/-/reload", UriKind.Relative), null, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Starts the server again on its port and data, after <see cref="KillAsync"/>, and waits until it is ready.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        var executable = settings.Executable!;
        var start = new ProcessStartInfo(executable) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add($"--config.file={ConfigurationFile}");
        start.ArgumentList.Add($"--storage.tsdb.path={settings.DataDirectory ?? Path.Combine(directory.FullName, "data")}");
        start.ArgumentList.Add($"--web.listen-address=127.0.0.1:{port}");
        start.ArgumentList.Add("--web.enable-lifecycle");

        // Else the first scrape comes 5 s after every start.
        start.ArgumentList.Add("--scrape.discovery-reload-interval=200ms");
        start.ArgumentList.Add($"--log.level={settings.LogLevel}");
        foreach (var argument in settings.Arguments)
            start.ArgumentList.Add(argument);

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

    private Task ConfigureAsync(CancellationToken cancellationToken)
    {
        var interval = settings.ScrapeInterval.TotalMilliseconds;
        var configuration = $"""
            global:
              scrape_interval: {interval}ms
              scrape_timeout: {interval}ms
              evaluation_interval: {settings.EvaluationInterval.TotalMilliseconds}ms
            rule_files: [{List(settings.RuleFiles)}]
            scrape_configs:
              - job_name: test
                static_configs:
                  - targets: [{List(settings.Targets)}]
            """;
        return File.WriteAllTextAsync(ConfigurationFile, configuration, cancellationToken);

        static string List(IEnumerable<string> values) => string.Join(", ", values.Select(v => $"'{v}'"));
    }

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

    private static string[] FindExecutables()
    {
        if (Environment.GetEnvironmentVariable("SLOROLLBACK_PROMETHEUS") is { Length: > 0 } named)
            return [.. named.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct()];

        var paths = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        return [.. paths.SelectMany(p => new[] { Path.Combine(p, "prometheus"), Path.Combine(p, "prometheus.exe") }).Where(File.Exists).Take(1)];
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
