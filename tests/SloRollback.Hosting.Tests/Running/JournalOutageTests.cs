using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>A journal that fails at any one write.</summary>
public sealed class JournalOutageTests
{
    private static readonly Instant Release = EngineHost.T0 + Duration.FromMinutes(10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(RollbackMode.Automatic)]
    [InlineData(RollbackMode.Approve)]
    public async Task A_journal_that_fails_once_anywhere_loses_and_doubles_nothing(RollbackMode mode)
    {
        var wrong = new List<string>();
        for (var k = 1; k <= 9; k++)
        {
            foreach (var after in new[] { false, true })
            {
                var journal = new UnreliableJournal { FailAt = k, FailAfter = after };
                using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2, until: Release + Duration.FromMinutes(7)), mode, b => b.Services.AddSingleton<IRollbackJournal>(journal));
                await host.RunAsync(10);
                host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
                for (var i = 0; i < 45; i++)
                {
                    await host.RunAsync(1);
                    if (host.Rollback is { State: RollbackState.AwaitingApproval } r) await host.Operations.ApproveAsync(r.Id, "ada", Cancel);
                }

                if (host.Platform.Calls.Count != 1 || host.Rollback is not { IsFinal: true })
                    wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{mode} write {k} {(after ? "after" : "before")}: {host.Platform.Calls.Count} calls, {host.Rollback?.State} {host.Rollback?.Detail}"));
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
