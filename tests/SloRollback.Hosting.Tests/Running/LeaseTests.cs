using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Hosting.Evaluation;
using SloRollback.Hosting.Leases;
using SloRollback.Indicators;
using SloRollback.Leases;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>Of several replicas one evaluates; the others wait, and take over.</summary>
public sealed class LeaseTests : IAsyncLifetime
{
    private static readonly Func<long, SliCell> Healthy = _ => new SliCell(StepState.Measured, 0, 600);

    private readonly ScriptedLease lease = new();
    private readonly List<(EngineHost Host, IHostedService[] Running)> hosts = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        foreach (var (host, running) in hosts)
        {
            foreach (var service in running.Reverse())
                await service.StopAsync(Cancel);
            host.Dispose();
        }
    }

    [Fact]
    public async Task Who_does_not_hold_the_lease_reads_nothing_and_says_whom_it_waits_for()
    {
        lease.Take("other");
        var host = await StartAsync(Healthy);
        await PassAsync(host, TimeSpan.FromMinutes(3));
        Assert.Empty(host.Source.Asked);
        Assert.Equal(1, host.Log.Count(9202));

        var health = (await host.Health.CheckHealthAsync(Cancel)).Entries["slorollback"];
        Assert.Equal((HealthStatus.Healthy, "stands by: other holds the lease"), (health.Status, health.Description));
        var answer = await host.Operations.ApproveAsync(new RollbackId("r"), "me", Cancel);
        Assert.Equal(new(false, "this replica stands by: other holds the lease"), answer);
    }

    [Fact]
    public async Task Who_gets_the_lease_evaluates_at_once_and_gives_it_up_at_the_end()
    {
        lease.Take("other");
        var host = await StartAsync(Healthy);
        await PassAsync(host, TimeSpan.FromSeconds(4));
        await lease.ReleaseAsync(new LeaseRequest("other", Duration.FromSeconds(15)), Cancel);
        await UntilAsync(host, () => host.Status.EvaluatedAt is not null, TimeSpan.FromSeconds(4));
        Assert.Equal(1, host.Log.Count(9201));

        foreach (var service in hosts[0].Running.Reverse())
            await service.StopAsync(Cancel);
        Assert.Null(lease.Holder);
        Assert.Equal(2, lease.Released);
    }

    [Fact]
    public async Task Who_cannot_renew_stands_by_until_the_lease_can_be_had_again()
    {
        var host = await StartAsync(Healthy);
        await UntilAsync(host, () => host.Status.EvaluatedAt is not null, TimeSpan.FromSeconds(4));
        lease.Failure = new InvalidOperationException("gone");
        await UntilAsync(host, () => host.Status.EvaluatedAt is null, TimeSpan.FromMinutes(2));
        var health = (await host.Health.CheckHealthAsync(Cancel)).Entries["slorollback"];
        Assert.Equal((HealthStatus.Degraded, "the lease is unavailable: InvalidOperationException: gone"), (health.Status, health.Description));

        // That it goes on, and that it does not any more.
        Assert.Equal(2, host.Log.Count(9203));
        lease.Failure = null;
        await UntilAsync(host, () => host.Status.EvaluatedAt is not null, TimeSpan.FromSeconds(4));
    }

    [Fact]
    public void A_lease_counts_from_the_question_and_ends_by_itself()
    {
        var time = new FakeTimeProvider();
        var leadership = new Leadership(time, lease);
        var asked = time.GetTimestamp();
        time.Advance(TimeSpan.FromSeconds(3));
        leadership.Take(new LeaseResult { Status = LeaseStatus.Held }, asked, TimeSpan.FromSeconds(10));
        time.Advance(TimeSpan.FromSeconds(6.9));
        leadership.Take(new LeaseResult { Detail = "gone" }, time.GetTimestamp(), TimeSpan.FromSeconds(10));
        Assert.True(leadership.IsHeld);
        time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.False(leadership.IsHeld);
    }

    [Fact]
    public async Task Who_loses_the_lease_while_it_evaluates_does_not_act()
    {
        var bad = EngineHost.BadFrom(EngineHost.T0 + Duration.FromMinutes(5), 0.3);
        using var host = new EngineHost(bad, more: builder => builder.Services.AddSingleton<IEvaluationLease>(lease));
        var leadership = host.Leadership;
        void Lead(LeaseStatus status) => leadership.Take(new LeaseResult { Status = status }, host.Time.GetTimestamp(), TimeSpan.FromHours(9));
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, EngineHost.T0 + Duration.FromMinutes(3)));

        // Lost between the read and what follows from it, every time.
        host.Source.Before = (_, _) =>
        {
            Lead(LeaseStatus.NotHeld);
            return Task.CompletedTask;
        };
        await host.RunAsync(30);
        Assert.Empty(host.Platform.Calls);
        Assert.Empty((await host.Journal.ReadAsync(new JournalReadRequest(), Cancel)).Rollbacks);

        host.Source.Before = (_, _) => Task.CompletedTask;
        Lead(LeaseStatus.Held);
        await host.RunAsync(2);
        Assert.Single(host.Platform.Calls);
    }

    [Fact]
    public async Task Without_a_lease_everybody_leads()
    {
        using var host = new EngineHost(Healthy);
        await host.RunAsync(1);
        Assert.NotNull(host.Status.EvaluatedAt);
    }

    private async Task<EngineHost> StartAsync(Func<long, SliCell> cell)
    {
        var host = new EngineHost(cell, more: builder => builder.Services.AddSingleton<IEvaluationLease>(lease));
        IHostedService[] running = [.. host.HostedServices.Where(s => s is LeaseService or EvaluationService)];
        hosts.Add((host, running));
        foreach (var service in running)
            await service.StartAsync(Cancel);
        return host;
    }

    // In small pieces: the loops may be anywhere between two sleeps, and each piece waits until the lease was asked for once more.
    private async Task PassAsync(EngineHost host, TimeSpan length)
    {
        for (var passed = TimeSpan.Zero; passed < length; passed += TimeSpan.FromSeconds(2))
        {
            var asked = lease.Asked;
            host.Time.Advance(TimeSpan.FromSeconds(2));
            await EngineHost.UntilAsync(() =>
            {
                if (lease.Asked == asked) host.Time.Advance(TimeSpan.FromMilliseconds(1));
                return lease.Asked > asked;
            });
        }
    }

    private async Task UntilAsync(EngineHost host, Func<bool> condition, TimeSpan limit)
    {
        await PassAsync(host, limit);
        await EngineHost.UntilAsync(() =>
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(1));
            return condition();
        });
    }
}
