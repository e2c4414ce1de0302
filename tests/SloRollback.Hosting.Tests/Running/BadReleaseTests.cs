using NodaTime;
using SloRollback.Indicators;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

public sealed class BadReleaseTests
{
    private static readonly Instant Release = EngineHost.T0 + Duration.FromMinutes(10);

    [Fact]
    public async Task A_bad_release_is_rolled_back_once_verified_and_explained()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2, until: Release + Duration.FromMinutes(6)));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(60);

        var call = Assert.Single(host.Platform.Calls);
        Assert.Equal(EngineHost.V2, call.From);
        Assert.Equal(EngineHost.V1, call.To);
        Assert.Equal("v2@1", call.WorkloadIdentity);
        Assert.Equal(RollbackState.Succeeded, host.Rollback?.State);
        Assert.Contains(host.Log.Entries, e => e.Id == 3001 && e.Text.Contains("rolling back v2 → v1 (Automatic)", StringComparison.Ordinal));
        Assert.Contains(host.Log.Entries, e => e.Id == 3004 && e.Text.Contains("Succeeded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_rollback_that_does_not_help_ends_as_NoEffect_and_is_not_repeated()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(180);

        Assert.Single(host.Platform.Calls);
        Assert.Equal(RollbackState.NoEffect, host.Rollback?.State);
        Assert.Contains(host.Log.Entries, e => e.Id == 3006);
    }

    [Fact]
    public async Task Errors_that_began_before_the_release_hold()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release - Duration.FromMinutes(3), 0.2));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(180);

        Assert.Empty(host.Platform.Calls);
        Assert.Equal(HoldReason.BreachPredatesDeployment, host.Decision?.Headline);
        Assert.Equal(1, host.Log.Count(3002));
    }

    [Fact]
    public async Task Observe_says_what_it_would_have_done_and_does_nothing()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), RollbackMode.Observe);
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(60);

        Assert.Empty(host.Platform.Calls);
        Assert.Equal(DecisionKind.Recommend, host.Decision?.Kind);
        Assert.Null(host.Rollback);
        Assert.Equal(1, host.Log.Count(3003));
    }

    [Fact]
    public async Task A_source_that_fails_in_the_middle_of_an_episode_is_unknown_and_never_a_rollback()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2));
        await host.Operations.PauseAsync("", "test", "to keep the episode open", TestContext.Current.CancellationToken);
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(20, until: () => host.Decision?.Headline == HoldReason.Paused);
        Assert.Equal(HoldReason.Paused, host.Decision?.Headline);

        host.Source.Failure = SliOutcome.Failed(UnmeasuredReason.Unreachable, "connection refused", transient: true);
        await host.Operations.ResumeAsync("", "test", TestContext.Current.CancellationToken);
        await host.RunAsync(10);

        Assert.Empty(host.Platform.Calls);
        Assert.Equal(HoldReason.Unknown, host.Decision?.Headline);
        Assert.Equal(1, host.Log.Count(2000));
        Assert.Equal(1, host.Log.Count(1003));

        host.Source.Failure = null;
        await host.RunAsync(5);
        Assert.Single(host.Platform.Calls);
        Assert.Equal(1, host.Log.Count(2001));
    }
}
