using NodaTime;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>The kill switch everywhere, for a service and for a rule.</summary>
public sealed class PauseTests
{
    private static readonly Instant Release = EngineHost.T0 + Duration.FromMinutes(10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", true)]
    [InlineData("checkout/production", true)]
    [InlineData("checkout/production/availability/bad-release", true)]
    [InlineData("basket/production", false)]
    public async Task A_pause_holds_where_it_says_until_it_is_resumed(string scope, bool holds)
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), more: Given.Second("basket", "basket", RollbackMode.Observe));
        Assert.True((await host.Operations.PauseAsync(scope, "ada", "incident", Cancel)).IsDone);
        await ReleaseAsync(host);
        Assert.Equal(holds ? 0 : 1, host.Platform.Calls.Count);
        if (!holds)
            return;

        Assert.Equal(HoldReason.Paused, host.Decision?.Headline);

        // Another scope's end is not this one's.
        await host.Operations.ResumeAsync(scope.Length == 0 ? "checkout/production" : "", "ada", Cancel);
        await host.RunAsync(2);
        Assert.Empty(host.Platform.Calls);
        Assert.True((await host.Operations.ResumeAsync(scope, "ada", Cancel)).IsDone);
        await host.RunAsync(2);
        Assert.Single(host.Platform.Calls);
    }

    [Fact]
    public async Task A_rollback_that_two_rules_ask_for_goes_on_when_one_is_paused()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), more: Given.Second("basket", "checkout", RollbackMode.Automatic));
        await host.Operations.PauseAsync("checkout/production", "ada", "", Cancel);
        await ReleaseAsync(host);
        Assert.Single(host.Platform.Calls);
    }

    [Fact]
    public async Task A_scope_that_nothing_has_is_refused_by_name()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2));
        var result = await host.Operations.PauseAsync("checkout/prod", "ada", "", Cancel);
        Assert.Equal((false, "no service, objective or rule is named checkout/prod; services: checkout/production"), (result.IsDone, result.Detail));
        Assert.Empty((await host.Journal.ReadAsync(new JournalReadRequest(), Cancel)).Pauses);
    }

    [Fact]
    public async Task Only_resuming_everywhere_restarts_the_rate_limit()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2));
        await host.Operations.ResumeAsync("checkout/production", "ada", Cancel);
        Assert.Null((await host.Journal.ReadAsync(new JournalReadRequest(), Cancel)).ResumedAt);
        await host.Operations.ResumeAsync("", "ada", Cancel);
        Assert.NotNull((await host.Journal.ReadAsync(new JournalReadRequest(), Cancel)).ResumedAt);
    }

    [Fact]
    public async Task An_approval_is_on_record()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), RollbackMode.Approve);
        await ReleaseAsync(host);
        await host.Operations.ApproveAsync(host.Rollback!.Id, "ada", Cancel);
        var record = (await host.Journal.ReadAsync(new JournalReadRequest(), Cancel)).Rollbacks.Single();
        Assert.Equal((true, "ada"), (record.Answer!.IsApproval, record.Answer.By));

        // The newest answer counts.
        await host.Operations.RejectAsync(record.Id, "bob", "wait", Cancel);
        await host.RunAsync(2);
        Assert.Empty(host.Platform.Calls);
        Assert.Contains("rejected by bob: wait", host.Rollback!.Detail, StringComparison.Ordinal);
        Assert.Equal("bob", host.Rollback.Answer!.By);
    }

    private static async Task ReleaseAsync(EngineHost host)
    {
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(15);
    }
}
