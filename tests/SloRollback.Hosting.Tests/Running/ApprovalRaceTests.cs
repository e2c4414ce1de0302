using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>Approvals against everything else that goes on.</summary>
public sealed class ApprovalRaceTests
{
    private static readonly Instant Release = EngineHost.T0 + Duration.FromMinutes(10);
    private static readonly Revision V3 = new() { Id = "sha-3", Name = "v3" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_approval_that_comes_in_during_an_evaluation_is_not_lost()
    {
        EngineHost? host = null;
        var hook = new HookedLog(1001, text =>
        {
            if (text.Contains("basket", StringComparison.Ordinal) && host!.Rollback is { } r)
                _ = host.Operations.ApproveAsync(r.Id, "ada", default);
        });
        host = new EngineHost(EngineHost.BadFrom(Release, 0.2), RollbackMode.Approve, b =>
        {
            b.Services.AddSingleton<ILoggerProvider>(hook);
            Given.Second("basket", "basket", RollbackMode.Observe)(b);
        });
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(20, until: () => host.Rollback is not null);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release + Duration.FromMinutes(3)) with { Target = EngineHost.Target with { Workload = "basket" } });
        await host.RunAsync(10);
        Assert.True(hook.Hits > 0);
        Assert.Equal(("x", 1), (host.Rollback!.Detail.Contains("Recovered", StringComparison.Ordinal) ? host.Rollback.Detail : "x", host.Platform.Calls.Count));
    }

    [Fact]
    public async Task Approved_with_two_open_windows_is_not_told_as_already_rolled_back()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release + Duration.FromMinutes(20), 0.2), RollbackMode.Approve);
        await host.RunAsync(5);
        host.Recorder.Record(EngineHost.Done(new Revision { Id = "sha-1b", Name = "v1b" }, EngineHost.T0 + Duration.FromMinutes(4)));
        await host.RunAsync(26);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release + Duration.FromMinutes(20)));
        await host.RunAsync(15, until: () => host.Rollback is not null);
        await host.Operations.ApproveAsync(host.Rollback!.Id, "ada", Cancel);
        await host.RunAsync(2);
        Assert.Single(host.Platform.Calls);
        Assert.Equal(0, host.Log.Count(3002));
    }

    [Fact]
    public async Task An_approved_rollback_is_the_one_that_was_decided_anew()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), RollbackMode.Approve);
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(20, until: () => host.Rollback is not null);
        host.Recorder.Record(EngineHost.Done(V3, Release + Duration.FromMinutes(4)));
        host.Platform.Plan = host.Platform.Plan with { WorkloadIdentity = "v3@2" };
        await host.RunAsync(15);
        Assert.Equal(RollbackState.AwaitingApproval, host.Rollback!.State);
        await host.Operations.ApproveAsync(host.Rollback.Id, "ada", Cancel);
        await host.RunAsync(2);

        // What ada approved is not what would be done now: it is asked anew.
        Assert.Empty(host.Platform.Calls);
        Assert.Equal(2, host.Log.Count(3005));
        await host.Operations.ApproveAsync(host.Rollback.Id, "ada", Cancel);
        await host.RunAsync(2);
        var call = host.Platform.Calls.SingleOrDefault();
        Assert.Equal("v3@2 passed over v3", $"{call?.WorkloadIdentity} passed over {string.Join(',', host.Rollback!.PassedOver)}");
    }

    [Fact]
    public async Task A_hold_of_another_rule_does_not_take_an_approval_away()
    {
        // Nobody measured v1b: good enough for basket, where a person decides, and not for checkout, which holds and comes first.
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), more: b =>
        {
            b.WithSettings(s => s with { BakeTime = Duration.FromHours(10) });
            Given.Second("basket", "checkout", RollbackMode.Approve)(b);
        });
        await host.RunAsync(8);
        host.Recorder.Record(EngineHost.Done(new Revision { Id = "sha-1b", Name = "v1b" }, Release - Duration.FromMinutes(2)));
        await host.RunAsync(2);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(20, until: () => host.Rollback is not null);
        await host.Operations.ApproveAsync(host.Rollback!.Id, "ada", Cancel);
        await host.RunAsync(2);
        Assert.True(host.Platform.Calls.Count == 1, $"{host.Rollback.State} {host.Rollback.Detail}\n" + string.Join('\n', host.Log.Entries.Where(e => e.Id is 3002 or 3004 or 3005).Select(e => e.Text)));
    }
}
