using NodaTime;
using SloRollback.Deployments;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>The rollback window holds for rollouts of whose end nobody told.</summary>
public sealed class SupersededTests
{
    private static readonly Instant Release = EngineHost.T0 + Duration.FromMinutes(10);
    private static readonly Revision V3 = new() { Id = "sha-3", Name = "v3" };

    [Fact]
    public async Task A_deployment_that_was_superseded_without_an_end_is_no_candidate_for_ever()
    {
        // v2 began, the pipeline died and never told its end; v3 was deployed after it. Five hours later errors begin.
        using var host = new EngineHost(EngineHost.BadFrom(Release + Duration.FromHours(5), 0.2));
        host.Recorder.Record(new Deployment { Target = EngineHost.Target, Revision = EngineHost.V2, StartedAt = Release });
        host.Recorder.Record(EngineHost.Done(V3, Release + Duration.FromMinutes(20)));
        await host.RunAsync(330);
        Assert.True(host.Platform.Calls.Count == 0, host.Decision?.Text);
    }
}
