using System.Diagnostics;
using System.Globalization;
using SloRollback.PostgreSql.Tests.Support;
using SloRollback.Rollbacks;

namespace SloRollback.PostgreSql.Tests;

/// <summary>A host that is killed again and again finishes what it began, and does nothing twice (SEMANTICS §9.3 and §9.8).</summary>
public sealed class CrashTests(SharedServer server)
{
    private const int Kills = 25;

    [Fact]
    public async Task Rollbacks_of_a_host_that_is_killed_at_random_are_each_applied_once_and_finished()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SLOROLLBACK_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"SLOROLLBACK_SEED={seed}");
        var random = new Random(seed);
        await using var store = new Store(server.ConnectionString);
        Assert.Null((await store.Journal.ReadAsync()).Unavailable);
        var log = Path.Combine(Directory.CreateTempSubdirectory("slorollback-crash-").FullName, "applied");

        var moments = new List<string>();
        for (var kill = 0; kill < Kills; kill++)
            moments.Add(await RunAsync(store, log, linesUntilKilled: random.Next(1, 40)) ?? "it had finished");
        Assert.DoesNotContain("it had finished", moments);
        Assert.Null(await RunAsync(store, log, linesUntilKilled: null));

        var records = (await store.Journal.ReadAsync()).Rollbacks;
        Assert.Equal(CrashingHost.Rollbacks, records.Length);
        Assert.All(records, r => Assert.Equal(RollbackState.Succeeded, r.State));
        var applied = await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken);
        Assert.Equal(records.Select(r => r.Id.Value).Order(), applied.Order());
        Assert.Equal((long)records.Sum(r => r.Version), await store.SqlAsync("select count(*) from $s.entries"));
        Directory.Delete(Path.GetDirectoryName(log)!, recursive: true);
        TestContext.Current.TestOutputHelper!.WriteLine($"killed after: {string.Join(", ", moments.GroupBy(m => m).Select(g => $"{g.Key} {g.Count()}"))}");
    }

    /// <summary>Runs the host; kills it when it has written so many lines. The answer is the last of them, or nothing when it ended by itself.</summary>
    private static async Task<string?> RunAsync(Store store, string log, int? linesUntilKilled)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[CrashingHost.ConnectionVariable] = store.Options.ConnectionString;
        start.Environment[CrashingHost.SchemaVariable] = store.Options.Schema;
        start.Environment[CrashingHost.LogVariable] = log;
        using var host = Process.Start(start)!;
        var errors = host.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        for (var lines = 1; await host.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line; lines++)
        {
            if (lines != linesUntilKilled)
                continue;

            host.Kill();
            await host.WaitForExitAsync(TestContext.Current.CancellationToken);
            return line;
        }

        await host.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(host.ExitCode == 0, await errors);
        return null;
    }
}
