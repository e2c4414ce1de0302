using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>A return that nobody marks as a rollback.</summary>
public sealed class ReturnTests
{
    private static readonly Instant Release = EngineHost.T0 + Duration.FromMinutes(10);

    [Fact]
    public async Task A_return_that_the_host_does_not_mark_as_rollback_is_not_rolled_back_on_the_next_outage()
    {
        var v0 = new Revision { Id = "sha-0", Name = "v0" };
        var first = EngineHost.BadFrom(Release, 0.2, until: Release + Duration.FromMinutes(5));
        var second = EngineHost.BadFrom(Release + Duration.FromMinutes(50), 0.5);
        using var host = new EngineHost(step => second(step) is { First: > 0 } bad ? bad : first(step), more: b =>
        {
            b.Services.AddKeyedSingleton<IDeploymentRollbacker>("fake", (p, _) => new Unmarked(p.GetRequiredService<IDeploymentRecorder>(), p.GetRequiredService<TimeProvider>()));
        });
        host.Recorder.Record(EngineHost.Done(v0, EngineHost.T0 - Duration.FromHours(3)));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(120);
        var all = host.Status.Guards.Rollbacks;
        Assert.True(all.Count(r => r.ExecutingAt is not null) == 1, string.Join("; ", all.Select(r => $"{r.From}→{r.To} {r.State}")));
    }

    [Fact]
    public async Task A_return_that_the_host_does_not_mark_as_rollback_is_not_rolled_back()
    {
        var v0 = new Revision { Id = "sha-0", Name = "v0" };
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), more: b =>
        {
            b.Services.AddKeyedSingleton<IDeploymentRollbacker>("fake", (p, _) => new Unmarked(p.GetRequiredService<IDeploymentRecorder>(), p.GetRequiredService<TimeProvider>()));
        });
        host.Recorder.Record(EngineHost.Done(v0, EngineHost.T0 - Duration.FromHours(3)));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(120);
        var all = host.Status.Guards.Rollbacks;
        Assert.True(all.Count(r => r.ExecutingAt is not null) == 1, string.Join("; ", all.Select(r => $"{r.From}→{r.To} {r.State}")));
    }
}
