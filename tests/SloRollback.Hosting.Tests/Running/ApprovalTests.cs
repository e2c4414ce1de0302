using NodaTime;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

public sealed class ApprovalTests
{
    private static readonly Instant Release = EngineHost.T0 + Duration.FromMinutes(10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_happens_until_somebody_approves()
    {
        using var host = await AwaitingAsync();
        await host.RunAsync(5);
        Assert.Empty(host.Platform.Calls);

        var answer = await host.Operations.ApproveAsync(host.Rollback!.Id, "ada", Cancel);
        Assert.True(answer.IsDone, answer.Detail);
        await host.RunAsync(2);

        Assert.Single(host.Platform.Calls);
        Assert.Contains(host.Log.Entries, e => e.Id == 3004 && e.Text.Contains("approved by ada", StringComparison.Ordinal));
        await host.RunAsync(20);
        Assert.Single(host.Platform.Calls);
    }

    [Fact]
    public async Task A_rejected_rollback_is_abandoned()
    {
        using var host = await AwaitingAsync();
        await host.Operations.RejectAsync(host.Rollback!.Id, "ada", "known issue", Cancel);
        await host.RunAsync(10);

        Assert.Empty(host.Platform.Calls);
        Assert.Equal(RollbackState.Abandoned, host.Rollback!.State);
        Assert.Contains("rejected by ada: known issue", host.Rollback.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approval_expires_after_30_minutes()
    {
        using var host = await AwaitingAsync();
        await host.RunAsync(29);
        Assert.Equal(RollbackState.AwaitingApproval, host.Rollback!.State);
        await host.RunAsync(2);

        Assert.Equal(RollbackState.Abandoned, host.Rollback!.State);
        Assert.False((await host.Operations.ApproveAsync(host.Rollback.Id, "ada", Cancel)).IsDone);
        Assert.Empty(host.Platform.Calls);
    }

    [Fact]
    public async Task An_approval_after_recovery_does_nothing()
    {
        using var host = await AwaitingAsync(until: Release + Duration.FromMinutes(6));
        await host.Operations.ApproveAsync(host.Rollback!.Id, "ada", Cancel);
        await host.RunAsync(10, until: () => host.Status.Objectives[0].Rules[0].Episodes.IsEmpty);
        await host.RunAsync(2);

        // The approval came in while the episode was open, so it is judged by what the next evaluation says: still breached, it acts.
        Assert.Single(host.Platform.Calls);

        using var late = await AwaitingAsync(until: Release + Duration.FromMinutes(6));
        await late.RunAsync(15, until: () => late.Status.Objectives[0].Rules[0].Episodes.IsEmpty);
        Assert.Equal(RollbackState.AwaitingApproval, late.Rollback!.State);
        await late.Operations.ApproveAsync(late.Rollback.Id, "ada", Cancel);
        await late.RunAsync(2);
        Assert.Empty(late.Platform.Calls);
        Assert.Equal(RollbackState.Abandoned, late.Rollback!.State);
    }

    [Fact]
    public async Task An_approval_while_paused_is_withdrawn()
    {
        using var host = await AwaitingAsync();
        await host.Operations.PauseAsync("", "bob", "incident", Cancel);
        await host.Operations.ApproveAsync(host.Rollback!.Id, "ada", Cancel);
        await host.RunAsync(5);

        Assert.Empty(host.Platform.Calls);
        Assert.Equal(RollbackState.Abandoned, host.Rollback!.State);
    }

    [Fact]
    public async Task A_deployment_from_before_the_journal_needs_a_person_even_under_Automatic()
    {
        using var host = new EngineHost(EngineHost.BadFrom(EngineHost.T0 - Duration.FromMinutes(2), 0.2));
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, EngineHost.T0 - Duration.FromMinutes(2)));
        await host.RunAsync(20, until: () => host.Rollback is not null);

        Assert.Equal(RollbackState.AwaitingApproval, host.Rollback!.State);
        Assert.Empty(host.Platform.Calls);
        Assert.Contains("Automatic, but v2 began before the journal did", host.Decision!.Text, StringComparison.Ordinal);
    }

    private static async Task<EngineHost> AwaitingAsync(Instant? until = null)
    {
        var host = new EngineHost(EngineHost.BadFrom(Release, 0.2, until), RollbackMode.Approve);
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(20, until: () => host.Rollback is not null);
        Assert.Equal(RollbackState.AwaitingApproval, host.Rollback!.State);
        Assert.Equal(1, host.Log.Count(3005));
        return host;
    }
}
