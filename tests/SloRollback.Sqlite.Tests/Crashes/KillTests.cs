using System.Diagnostics;
using System.Globalization;
using SloRollback.Rollbacks;

namespace SloRollback.Sqlite.Tests.Crashes;

/// <summary>
/// An engine is killed with SIGKILL at random moments during rollbacks. Afterwards no rollback that was accepted is lost and none ran twice.
/// <c>tests/kill.sh</c> kills more often.
/// </summary>
public sealed class KillTests
{
    private const int Last = 100_000;

    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("SLOROLLBACK_KILLS") ?? "25", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Killed_at_any_moment_it_loses_nothing_and_does_nothing_twice()
    {
        var seed = Environment.GetEnvironmentVariable("SLOROLLBACK_KILL_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"SLOROLLBACK_KILL_SEED={seed}");
        var dice = new Random(seed);
        await using var store = new Store();
        var platform = Directory.CreateTempSubdirectory("slorollback-platform-").FullName;
        for (var kill = 0; kill < Kills; kill++)
        {
            using var child = Start(store.Path, platform, 1, Last);
            Assert.Equal("ready", await child.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

            // A moment after it began, by its own progress and not by the clock: some calls of the platform later, and some microseconds.
            var until = Calls(platform) + dice.Next(0, 12);
            while (Calls(platform) < until && !child.HasExited) await Task.Yield();
            for (var spin = dice.Next(200_000); spin > 0; spin--) Thread.SpinWait(1);
            Assert.False(child.HasExited, await ErrorAsync(child));
            child.Kill();
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var atEnd = (await store.ReadAsync()).Rollbacks;
        using (var last = Start(store.Path, platform, 1, 0))
        {
            await last.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, last.ExitCode);
        }

        var rollbacks = (await store.ReadAsync()).Rollbacks;
        TestContext.Current.TestOutputHelper.WriteLine($"{Kills} kills, {rollbacks.Length} rollbacks, {atEnd.Count(r => !r.IsFinal)} open after the last kill");
        Assert.NotEmpty(rollbacks);
        Assert.Equal(atEnd.Select(r => r.Id), rollbacks.Select(r => r.Id));
        Assert.All(rollbacks, r => Assert.Equal((RollbackState.Succeeded, 1), (r.State, FilePlatform.Applied(platform, r.Id))));
        Assert.Equal(rollbacks.Length, Directory.GetFiles(platform).Length);

        // Evidence and audit log tell every state once.
        foreach (var rollback in rollbacks)
        {
            var document = (await store.Journal.ReadEvidenceAsync(rollback.EvidenceId, TestContext.Current.CancellationToken)).Value!;
            Assert.Equal(Enumerable.Range(1, rollback.Version), RollbackEvidence.Parse(document.Json).Transitions.Select(t => t.Version));
            var lines = (await store.Journal.ListAsync(new JournalListRequest { Subject = rollback.Id.Value }, TestContext.Current.CancellationToken)).Value;
            Assert.Equal(rollback.Version, lines.Length);
        }

        Directory.Delete(platform, recursive: true);
    }

    private static int Calls(string platform) => Directory.GetFiles(platform).Length;

    private static Process Start(string file, string platform, int first, int last)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[ChildEngine.Variable] = $"{file}|{platform}|{first}|{last}";
        return Process.Start(start)!;
    }

    private static async Task<string> ErrorAsync(Process child) => child.HasExited ? await child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken) : "";
}
