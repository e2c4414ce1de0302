using NodaTime;
using SloRollback.Indicators;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>Errors that nobody could count while they happened.</summary>
public sealed class GapTests
{
    private static readonly Instant Release = EngineHost.T0 + Duration.FromMinutes(10);

    [Theory]
    [InlineData(StepState.Missing)]
    [InlineData(StepState.Unmeasured)]
    public async Task What_is_recovered_over_a_gap_that_contains_the_release_is_not_blamed_on_it(StepState state)
    {
        // An outage during which scrapes fail, then a healthy hotfix, then the scrapes succeed again: the source spreads what grew.
        var isOver = false;
        var first = StepGrid.IndexOf(Release, Duration.FromMinutes(1)) - 3;
        using var host = new EngineHost(step => step < first || step > first + 4
            ? new SliCell(StepState.Measured, 0, 600)
            : isOver ? new SliCell(StepState.Measured, 400, 600, IsRecovered: true)
            : new SliCell(state, 0, 0));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(3);
        isOver = true;
        await host.RunAsync(60);

        Assert.Empty(host.Platform.Calls);
        Assert.True(host.Status.Objectives[0].Budget.Bad >= 2000);
    }
}
