using NodaTime;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

public sealed class SeveralRulesTests
{
    private static readonly Instant Release = EngineHost.T0 + Duration.FromMinutes(10);

    [Fact]
    public async Task Two_objectives_that_blame_one_deployment_make_one_rollback()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2, until: Release + Duration.FromMinutes(6)), more: Given.Second("basket", "checkout", RollbackMode.Automatic));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(20);

        Assert.Single(host.Platform.Calls);
        Assert.Equal(2, host.Rollback!.Claims.Length);
        Assert.Equal(1, host.Log.Count(3001));
        Assert.Equal(1, host.Log.Count(3007));
        Assert.Equal(0, host.Log.Count(3002));
    }

    [Fact]
    public async Task A_stronger_mode_moves_a_waiting_rollback_on()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), RollbackMode.Approve, more: Given.Second("basket", "checkout", RollbackMode.Automatic));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(20);

        Assert.Single(host.Platform.Calls);
        Assert.Contains(host.Log.Entries, e => e.Id == 3004 && e.Text.Contains("automatic under basket/production", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_rule_that_breaches_only_after_the_rollback_began_joins_it()
    {
        // The second objective needs more bad events before it is judged, and gets them when the rollback is already in the history.
        using var host = new EngineHost(
            EngineHost.BadFrom(Release, 0.2, until: Release + Duration.FromMinutes(8)),
            more: Given.Second("basket", "checkout", RollbackMode.Automatic, rule => rule.MinimumEvents(valid: 100, bad: 700)));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(30);

        Assert.Single(host.Platform.Calls);
        Assert.Equal(2, host.Rollback!.Claims.Length);
        Assert.Equal(1, host.Log.Count(3007));
        Assert.Equal(0, host.Log.Count(3002));
    }

    [Fact]
    public async Task Two_open_windows_that_hold_for_one_reason_are_told_once()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release - Duration.FromMinutes(3), 0.2));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release - Duration.FromMinutes(2)));
        host.Recorder.Record(EngineHost.Done(new SloRollback.Deployments.Revision { Id = "sha-3", Name = "v3" }, Release + Duration.FromMinutes(1)));
        await host.RunAsync(60);

        Assert.Equal(HoldReason.BreachPredatesDeployment, host.Decision?.Headline);
        Assert.Equal(2, host.Log.Count(1001));
        Assert.Equal(1, host.Log.Count(3002));
    }
}
