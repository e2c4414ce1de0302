using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Indicators;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>What cannot be known is told.</summary>
public sealed class BlindnessTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wrong_clock_is_told()
    {
        using var host = new EngineHost(_ => new SliCell(StepState.Measured, 0, 600), more: b =>
            b.Services.AddKeyedSingleton<IMetricSource>("scripted", new Skewed()));
        await host.RunAsync(10);
        var health = (await host.Health.CheckHealthAsync(Cancel)).Entries["slorollback"];
        Assert.True(host.Log.Entries.Any(e => e.Text.Contains("clock", StringComparison.OrdinalIgnoreCase)) || health.Status == HealthStatus.Degraded, health.Description);
    }

    [Fact]
    public async Task A_history_that_is_unavailable_degrades_health()
    {
        using var host = new EngineHost(_ => new SliCell(StepState.Measured, 0, 600), more: b =>
            b.Services.AddKeyedSingleton<IDeploymentHistory>("fake", new NoHistory()));
        await host.RunAsync(10);
        Assert.Equal(HealthStatus.Degraded, (await host.Health.CheckHealthAsync(Cancel)).Entries["slorollback"].Status);
    }

    [Fact]
    public async Task A_clock_that_was_an_hour_ahead_is_told_while_the_engine_waits()
    {
        using var host = new EngineHost(_ => new SliCell(StepState.Measured, 0, 600));
        await host.RunAsync(1);
        host.Time.Advance(TimeSpan.FromHours(1));
        await host.RunAsync(1);
        host.Time.AdjustTime((EngineHost.T0 + Duration.FromMinutes(3)).ToDateTimeOffset());
        var asked = host.Source.Asked.Count;
        await host.RunAsync(10);
        var health = (await host.Health.CheckHealthAsync(Cancel)).Entries["slorollback"];
        Assert.True(host.Source.Asked.Count > asked || health.Status == HealthStatus.Degraded, $"asked {host.Source.Asked.Count - asked} times; {health.Status}: {health.Description}");
    }

    [Fact]
    public async Task A_history_that_stays_unavailable_raises_cannot_see()
    {
        using var host = new EngineHost(_ => new SliCell(StepState.Measured, 0, 600), more: b =>
            b.Services.AddKeyedSingleton<IDeploymentHistory>("fake", new NoHistory()));
        await host.RunAsync(2);
        Assert.Equal(0, host.Log.Count(1003));
        await host.RunAsync(3);
        Assert.Equal(1, host.Log.Count(1003));
        Assert.Equal(1, host.Log.Count(1104));
    }
}
