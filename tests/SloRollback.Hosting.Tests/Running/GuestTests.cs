using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SloRollback.Hosting.Deployments;
using SloRollback.Hosting.Evaluation;
using SloRollback.Indicators;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>The engine is a guest in the user's process.</summary>
public sealed class GuestTests
{
    private static readonly Func<long, SliCell> Healthy = _ => new SliCell(StepState.Measured, 0, 600);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_source_that_throws_is_a_logged_bug_and_the_next_evaluation_runs()
    {
        using var host = new EngineHost(Healthy);
        host.Source.Exception = new InvalidOperationException("bug");
        await host.RunAsync(3);
        Assert.Equal(1, host.Log.Count(2104));
        Assert.Equal(UnmeasuredReason.SourceFault, host.Status.Objectives[0].Unmeasured);

        host.Source.Exception = null;
        await host.RunAsync(1);
        Assert.Equal(UnmeasuredReason.None, host.Status.Objectives[0].Unmeasured);
    }

    [Fact]
    public async Task The_loop_evaluates_every_step_once_it_is_final_and_survives_failures()
    {
        using var host = new EngineHost(Healthy);
        var loop = host.HostedServices.OfType<EvaluationService>().Single();
        await loop.StartAsync(Cancel);

        // Time moves on in small pieces: the loop may be anywhere between two sleeps.
        Task UntilItIsAsync(UnmeasuredReason reason) => EngineHost.UntilAsync(() =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(5));
            return host.Status.Objectives is [var only] && only.Unmeasured == reason;
        });

        await UntilItIsAsync(UnmeasuredReason.None);
        host.Source.Exception = new InvalidOperationException("bug");
        await UntilItIsAsync(UnmeasuredReason.SourceFault);
        host.Source.Exception = null;
        await UntilItIsAsync(UnmeasuredReason.None);
        await loop.StopAsync(Cancel);
        Assert.True(loop.ExecuteTask!.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Missed_steps_are_read_back_and_only_they()
    {
        using var host = new EngineHost(Healthy);
        await host.RunAsync(1);
        Assert.Equal(420, host.Source.Asked.Sum(g => g.Count));
        Assert.All(host.Source.Asked, g => Assert.Equal(60, g.Count));

        host.Source.Asked.Clear();
        host.Time.Advance(TimeSpan.FromMinutes(9));
        await host.RunAsync(1);
        Assert.Equal(10, Assert.Single(host.Source.Asked).Count);
        await host.RunAsync(1);
        Assert.Equal(1, host.Source.Asked[^1].Count);
    }

    [Fact]
    public async Task What_one_objective_lacks_is_not_read_again_for_the_others()
    {
        using var host = new EngineHost(Healthy, more: Given.Second("basket", "basket", SloRollback.Rollbacks.RollbackMode.Observe));
        host.Source.FailingQuery = "basket/production/availability";
        await host.RunAsync(3);
        host.Source.Asked.Clear();
        await host.RunAsync(1);

        Assert.Equal([1, 60], host.Source.Asked.Select(g => g.Count).Order());
        Assert.Equal(UnmeasuredReason.None, host.Status.Objectives[0].Unmeasured);
        Assert.Equal(UnmeasuredReason.QueryRejected, host.Status.Objectives[1].Unmeasured);
    }

    [Fact]
    public async Task Health_is_degraded_before_the_first_evaluation_counts_and_while_blind()
    {
        using var host = new EngineHost(Healthy);
        await host.RunAsync(1);
        Assert.Equal(HealthStatus.Healthy, (await host.Health.CheckHealthAsync(Cancel)).Status);

        host.Source.Failure = SliOutcome.Failed(UnmeasuredReason.Unauthorized, "401", transient: false);
        await host.RunAsync(1);
        var blind = await host.Health.CheckHealthAsync(Cancel);
        Assert.Equal(HealthStatus.Degraded, blind.Status);
        Assert.Contains("Unauthorized", blind.Entries["slorollback"].Description, StringComparison.Ordinal);

        host.Source.Failure = null;
        host.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Contains("the last evaluation was for", (await host.Health.CheckHealthAsync(Cancel)).Entries["slorollback"].Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_feed_is_asked_for_again()
    {
        using var host = new EngineHost(Healthy);
        var feeds = host.HostedServices.OfType<DeploymentFeedService>().Single();
        await feeds.StartAsync(Cancel);
        await EngineHost.UntilAsync(() =>
        {
            // The feed subscribes when its enumeration begins; what is recorded before that is not its business.
            host.Recorder.Record(EngineHost.Done(EngineHost.V2, EngineHost.T0));
            return host.Log.Count(1102) > 0;
        });
        await feeds.StopAsync(Cancel);
    }

    [Fact]
    public async Task Meters_show_budget_and_burn()
    {
        using var host = new EngineHost(_ => new SliCell(StepState.Measured, 6, 600));
        var seen = new ConcurrentQueue<string>(); // The meter is heard for all hosts of the process, from their threads.
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == "SloRollback") l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen.Enqueue($"{instrument.Name}={value:0.#}"));
        listener.Start();
        await host.RunAsync(2);
        listener.RecordObservableInstruments();

        Assert.Contains("slorollback.burn_rate=10", seen);
        Assert.Contains(seen, s => s.StartsWith("slorollback.error_budget.remaining=", StringComparison.Ordinal));
    }
}
