using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Hosting.Deployments;
using SloRollback.Hosting.Evaluation;
using SloRollback.Indicators;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>Providers and loggers that break their contract end neither the host nor the evaluations.</summary>
public sealed class UnrulyPartsTests
{
    private static readonly Instant Release = EngineHost.T0 + Duration.FromMinutes(10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_provider_that_cannot_be_made_does_not_stop_the_host()
    {
        using var host = new EngineHost(_ => new SliCell(StepState.Measured, 0, 600), more: b =>
            b.Services.AddKeyedSingleton<IDeploymentHistory>("fake", (_, _) => throw new InvalidOperationException("no kubeconfig")));
        var feeds = host.HostedServices.OfType<DeploymentFeedService>().Single();
        await feeds.StartAsync(Cancel);
        await EngineHost.UntilAsync(() => host.Log.Count(1103) > 0);
        Assert.False(feeds.ExecuteTask!.IsFaulted, feeds.ExecuteTask.Exception?.ToString());
        await feeds.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_logger_that_throws_does_not_stop_the_host()
    {
        using var host = new EngineHost(_ => new SliCell(StepState.Measured, 0, 600), more: b =>
            b.Services.AddSingleton<ILoggerProvider>(new HookedLog(1006, _ => throw new IOException("no space left on device"))));
        var loop = host.HostedServices.OfType<EvaluationService>().Single();
        await loop.StartAsync(Cancel);
        await EngineHost.UntilAsync(() => host.Status.EvaluatedAt is not null);
        Assert.False(loop.ExecuteTask!.IsFaulted, loop.ExecuteTask.Exception?.Message);
        await loop.StopAsync(Cancel);
    }

    [Fact]
    public async Task No_plan_is_no_rollback()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2));
        host.Platform.Plan = null!;
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(20);
        Assert.Empty(host.Platform.Calls);
    }

    [Fact]
    public async Task A_provider_that_answers_null_is_a_failure_like_another()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), more: b => b.Services.AddKeyedSingleton<IDeploymentRollbacker>("fake", new Silent()));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(30);
        Assert.Equal(RollbackState.Failed, host.Rollback?.State);
    }

    [Fact]
    public async Task A_logger_that_throws_while_a_decision_is_told_does_not_lose_the_rollback()
    {
        var fails = 1;
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), more: b =>
            b.Services.AddSingleton<ILoggerProvider>(new HookedLog(3001, _ => { if (fails-- > 0) throw new IOException("no space left on device"); })));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        for (var i = 0; i < 20; i++)
        {
            try
            {
                await host.RunAsync(1);
            }
            catch (AggregateException)
            {
                host.Time.Advance(TimeSpan.FromMinutes(1));
            }
        }

        Assert.Single(host.Platform.Calls);
    }

    [Fact]
    public async Task A_provider_that_ignores_its_token_does_not_end_the_evaluations()
    {
        using var host = new EngineHost(_ => new SliCell(StepState.Measured, 0, 600), more: b =>
            b.Services.AddKeyedSingleton<IMetricSource>("scripted", new Deaf()));
        var run = host.RunAsync(1);
        for (var i = 0; i < 200 && !run.IsCompleted; i++)
        {
            host.Time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        await run.WaitAsync(TimeSpan.FromSeconds(1), Cancel);
        Assert.Equal(UnmeasuredReason.Timeout, host.Status.Objectives[0].Unmeasured);
    }

    [Fact]
    public async Task At_shutdown_the_current_effect_is_finished()
    {
        var slow = new Slow();
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), more: b => b.Services.AddKeyedSingleton<IDeploymentRollbacker>("fake", slow));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(4);
        var loop = host.HostedServices.OfType<EvaluationService>().Single();
        await loop.StartAsync(Cancel);
        await EngineHost.UntilAsync(() =>
        {
            // Never more than a step ahead of the loop, which may be anywhere between two sleeps.
            var next = (host.Status.EvaluatedAt ?? EngineHost.T0) + Duration.FromMinutes(2.5);
            if (Instant.FromDateTimeOffset(host.Time.GetUtcNow()) < next) host.Time.Advance(TimeSpan.FromSeconds(5));
            return slow.Called.Task.IsCompleted;
        });
        var stop = loop.StopAsync(Cancel);
        Assert.False(stop.IsCompleted);
        slow.Answer.TrySetResult();
        await stop;
        Assert.False(slow.WasCancelled);
    }
}
