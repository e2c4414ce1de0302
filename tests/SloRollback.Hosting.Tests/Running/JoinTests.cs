using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>Several episodes that blame one deployment make one rollback.</summary>
public sealed class JoinTests
{
    private static readonly Instant Release = EngineHost.T0 + Duration.FromMinutes(10);

    [Theory]
    [InlineData(RollbackMode.Automatic)]
    [InlineData(RollbackMode.Approve)]
    public async Task Two_open_windows_that_blame_one_deployment_are_told_once(RollbackMode mode)
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release + Duration.FromMinutes(20), 0.2), mode);
        await host.RunAsync(5);
        host.Recorder.Record(EngineHost.Done(new Revision { Id = "sha-1b", Name = "v1b" }, EngineHost.T0 + Duration.FromMinutes(4)));
        await host.RunAsync(26);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release + Duration.FromMinutes(20)));
        await host.RunAsync(15, until: () => host.Rollback is not null);
        Assert.Equal((mode == RollbackMode.Automatic ? 1 : 0, mode == RollbackMode.Automatic ? 0 : 1, 0), (host.Log.Count(3001), host.Log.Count(3005), host.Log.Count(3002)));
        Assert.NotEqual(DecisionKind.Hold, host.Decision!.Kind);
    }

    [Fact]
    public async Task A_join_that_the_journal_does_not_take_is_tried_again()
    {
        // Approve waits; basket (Automatic) breaches later, while paused between read and write; resumed, it must act.
        var journal = new UnreliableJournal();
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), RollbackMode.Approve, b =>
        {
            b.Services.AddSingleton<IRollbackJournal>(journal);
            Given.Second("basket", "checkout", RollbackMode.Automatic, r => r.MinimumEvents(5000, 5))(b);
        });
        journal.Before = (r, n) => r.Record?.State == RollbackState.Executing && journal.Executing++ == 0 ? new JournalWriteResult { Detail = "disk full" } : null;
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(25);
        Assert.True(journal.Executing > 0);
        Assert.Single(host.Platform.Calls);
    }

    [Fact]
    public async Task A_join_keeps_the_rate_limit_and_asks_for_a_plan_and_leaves_evidence()
    {
        var directory = Directory.CreateTempSubdirectory().FullName;
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), RollbackMode.Approve, b =>
        {
            b.WithEvidenceDirectory(directory).WithSettings(s => s with { RateLimit = 1 });

            // Another target is rolled back, and in the same evaluation an automatic rule joins the one that waits.
            Given.Second("aaa", "other", RollbackMode.Automatic)(b);
            Given.Second("basket", "checkout", RollbackMode.Automatic)(b);
        });
        foreach (var (workload, revision, at) in new[] { ("other", EngineHost.V1, EngineHost.T0 - Duration.FromHours(1)) })
            host.Recorder.Record(EngineHost.Done(revision, at) with { Target = EngineHost.Target with { Workload = workload } });
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release) with { Target = EngineHost.Target with { Workload = "other" } });
        await host.RunAsync(20);
        var executed = host.Status.Guards.Rollbacks.Where(r => r.ExecutingAt is not null).ToList();
        var evidence = string.Join('\n', Directory.GetFiles(directory, "*.json").Select(f => RollbackEvidence.Parse(File.ReadAllText(f))).Select(e => $"{e.Input?.Key}: {e.Decision.Kind} {e.Decision.Headline}"));
        Assert.True(executed.Count == 1, $"executed {executed.Count}: {string.Join("; ", executed.Select(r => r.Target + " " + r.Mode))}\n{evidence}");
    }
}
