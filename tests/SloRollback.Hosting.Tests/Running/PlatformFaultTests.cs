using NodaTime;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

public sealed class PlatformFaultTests
{
    private static readonly Instant Release = EngineHost.T0 + Duration.FromMinutes(10);

    [Fact]
    public async Task A_plan_that_lacks_capacity_holds_and_is_asked_again()
    {
        using var host = await BadAsync(p => p.Plan = new RollbackPlan { Refusal = HoldReason.NoCapacity, Summary = "quota: 2 of 3 pods" });
        Assert.Equal(HoldReason.NoCapacity, host.Decision?.Headline);
        Assert.Contains("quota: 2 of 3 pods", host.Decision!.Text, StringComparison.Ordinal);
        Assert.Equal(1, host.Log.Count(3002));

        host.Platform.Plan = new RollbackPlan { IsPossible = true };
        await host.RunAsync(2);
        Assert.Single(host.Platform.Calls);
    }

    [Fact]
    public async Task What_would_end_this_process_needs_a_journal_that_outlives_it()
    {
        using var host = await BadAsync(p => p.Plan = p.Plan with { EndsOwnProcess = true });
        await host.RunAsync(5);
        Assert.Empty(host.Platform.Calls);
        Assert.Equal(HoldReason.Unknown, host.Decision?.Headline);
        Assert.Contains("it would end this process", host.Decision!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workload_that_moved_is_left_alone()
    {
        using var host = await BadAsync(p => p.Answer = () => new RollbackResult { Status = RollbackResultStatus.Refused, Detail = "the workload moved" });
        await host.RunAsync(60);

        Assert.Single(host.Platform.Calls);
        Assert.Equal(RollbackState.Abandoned, host.Rollback!.State);
        Assert.Contains("the workload moved", host.Rollback.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transient_failure_is_tried_again_under_the_same_id()
    {
        var failures = 3;
        using var host = await BadAsync(p => p.Answer = () => failures-- > 0
            ? new RollbackResult { IsTransient = true, Detail = "503" }
            : new RollbackResult { Status = RollbackResultStatus.Applied });
        await host.RunAsync(20);

        Assert.Equal(4, host.Platform.Calls.Count);
        Assert.Single(host.Platform.Calls.Select(c => c.Id).Distinct());
        Assert.Equal(RollbackState.NoEffect, host.Rollback!.State);
    }

    [Fact]
    public async Task A_failure_that_lasts_ends_as_Failed()
    {
        using var host = await BadAsync(p => p.Answer = () => throw new InvalidOperationException("broken provider"));
        await host.RunAsync(30);

        Assert.Equal(RollbackState.Failed, host.Rollback!.State);
        Assert.Equal(1, host.Log.Count(3006));
    }

    [Fact]
    public async Task The_kill_switch_stops_further_tries()
    {
        using var host = await BadAsync(p => p.Answer = () => new RollbackResult { IsTransient = true, Detail = "503" });
        await host.Operations.PauseAsync("", "ada", "incident", TestContext.Current.CancellationToken);
        var calls = host.Platform.Calls.Count;
        await host.RunAsync(20);

        Assert.Equal(calls, host.Platform.Calls.Count);
        Assert.Equal(RollbackState.Failed, host.Rollback!.State);
        Assert.Contains("paused", host.Rollback.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_failed_is_not_repeated_once_the_service_has_recovered()
    {
        using var host = await BadAsync(p => p.Answer = () => new RollbackResult { IsTransient = true, Detail = "503" }, until: Release + Duration.FromMinutes(6));
        await host.RunAsync(20, until: () => host.Status.Objectives[0].Rules[0].Episodes.IsEmpty);
        var calls = host.Platform.Calls.Count;
        host.Platform.Answer = null;
        await host.RunAsync(20);

        Assert.Equal(calls, host.Platform.Calls.Count);
        Assert.Equal(RollbackState.Failed, host.Rollback!.State);
    }

    [Fact]
    public async Task A_deployment_whose_start_is_corrected_afterwards_is_not_rolled_back_again()
    {
        using var host = await BadAsync(_ => { });
        Assert.Single(host.Platform.Calls);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release - Duration.FromMinutes(1)));
        await host.RunAsync(120);

        Assert.Single(host.Platform.Calls);
    }

    [Fact]
    public async Task A_rollback_that_somebody_undoes_is_told()
    {
        using var host = await BadAsync(_ => { });
        host.Platform.Progress = new RollbackProgress { Status = RollbackProgressStatus.RevertedByOther, Detail = "argocd" };
        await host.RunAsync(2);

        Assert.Equal(RollbackState.RevertedByOther, host.Rollback!.State);
        Assert.Single(host.Platform.Calls);
    }

    private static async Task<EngineHost> BadAsync(Action<ScriptedRollbacker> script, Instant? until = null)
    {
        var host = new EngineHost(EngineHost.BadFrom(Release, 0.2, until));
        script(host.Platform);
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(20, until: () => host.Decision is not null);
        return host;
    }
}
