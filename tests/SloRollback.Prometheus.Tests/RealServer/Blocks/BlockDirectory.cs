using System.Diagnostics;
using System.Globalization;

namespace SloRollback.Prometheus.Tests.RealServer.Blocks;

/// <summary>
/// A data directory of Prometheus, filled with blocks before a server starts on it. <c>promtool</c> is looked for in <c>PATH</c>; the
/// blocks of one version can be read by all.
/// </summary>
internal sealed class BlockDirectory : IAsyncDisposable
{
    /// <summary>What a test says when it is skipped for want of promtool.</summary>
    public const string SkipReason = "needs promtool in PATH, which comes with the package \"prometheus\"";

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("slorollback-blocks-");
    private readonly List<Task> running = [];
    private readonly SemaphoreSlim free = new(2);

    public static string? Promtool { get; } = (Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [])
        .Select(p => Path.Combine(p, "promtool"))
        .FirstOrDefault(File.Exists);

    /// <summary>Where the server finds the blocks.</summary>
    public string Data => Path.Combine(directory.FullName, "data");

    /// <summary>How many samples were written so far.</summary>
    public long Samples { get; private set; }

    /// <summary>Makes a block of each whole span of time (aligned to the Unix epoch) of a range, as the server would.</summary>
    /// <param name="from">Its start, in seconds since the Unix epoch.</param>
    /// <param name="to">Its end.</param>
    /// <param name="span">Hours that a block spans: 2, 6, 18 or 54.</param>
    /// <param name="write">Writes the samples from a time to another; is called in order of time.</param>
    public async Task FillAsync(long from, long to, int span, Action<OpenMetricsFile, long, long> write)
    {
        var seconds = span * 3600L;
        for (var start = from; start < to;)
        {
            var end = Math.Min(to, ((start / seconds) + 1) * seconds);
            await free.WaitAsync();
            var file = new OpenMetricsFile(Path.Combine(directory.FullName, start.ToString(CultureInfo.InvariantCulture)));
            using (file)
                write(file, start, end);

            Samples += file.Samples;
            running.Add(BuildAsync(file.Path, span));
            start = end;
        }
    }

    /// <summary>Waits until all blocks are made.</summary>
    public async Task CompleteAsync()
    {
        await Task.WhenAll(running);
        running.Clear();
    }

    /// <summary>A copy of the data, since a server writes into its directory.</summary>
    public string CopyFor(string name)
    {
        var copy = Path.Combine(directory.FullName, name);
        foreach (var file in Directory.Exists(copy) ? [] : Directory.GetFiles(Data, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(Data, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(running).ContinueWith(_ => { }, TaskScheduler.Default);
        directory.Delete(recursive: true);
        free.Dispose();
    }

    private async Task BuildAsync(string file, int span)
    {
        try
        {
            var start = new ProcessStartInfo(Promtool ?? throw new InvalidOperationException(SkipReason))
            {
                ArgumentList = { "tsdb", "create-blocks-from", "openmetrics", "--quiet", $"--max-block-duration={span}h", file, Data },
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            };
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"promtool ended with {process.ExitCode}: {await errors}");

            File.Delete(file);
        }
        finally
        {
            free.Release();
        }
    }
}
