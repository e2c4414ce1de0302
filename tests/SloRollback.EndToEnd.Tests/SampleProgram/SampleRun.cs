using System.Diagnostics;
using System.Globalization;
using System.Text;
using SloRollback.Rollbacks;

namespace SloRollback.EndToEnd.Tests.SampleProgram;

/// <summary>The sample as a process of its own, its output redirected: what a user would see in a file.</summary>
internal sealed record SampleRun(int ExitCode, string Output, string Error, string EvidenceDirectory)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    public string LastLine => Output.TrimEnd('\n', '\r').Split('\n')[^1].TrimEnd('\r');

    public IReadOnlyList<RollbackEvidence> Evidence =>
        [.. Directory.EnumerateFiles(EvidenceDirectory, "*.json").Select(file => RollbackEvidence.Parse(File.ReadAllText(file)))];

    public static Task<SampleRun> StartAsync(params string[] arguments) => StartAsync(arguments, stopAt: null);

    /// <summary>Runs the sample, and presses Ctrl+C when its output holds a text.</summary>
    public static async Task<SampleRun> StartAsync(string[] arguments, string? stopAt)
    {
        var evidence = Directory.CreateTempSubdirectory("slorollback-sample-test-").FullName;
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "SloRollback.Sample.Console.dll"));
        foreach (var argument in arguments.Append("--evidence").Append(evidence))
            start.ArgumentList.Add(argument);

        using var process = Process.Start(start) ?? throw new InvalidOperationException("The sample did not start.");
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var (output, error) = (ReadAsync(process, stopAt, limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return new SampleRun(process.ExitCode, await output, await error, evidence);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    public void Clean() => Directory.Delete(EvidenceDirectory, recursive: true);

    private static async Task<string> ReadAsync(Process process, string? stopAt, CancellationToken cancellationToken)
    {
        var output = new StringBuilder();
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            output.AppendLine(line);
            if (stopAt is null || !line.Contains(stopAt, StringComparison.Ordinal))
                continue;

            stopAt = null;
            using var interrupt = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await interrupt.WaitForExitAsync(cancellationToken);
        }

        return output.ToString();
    }
}
