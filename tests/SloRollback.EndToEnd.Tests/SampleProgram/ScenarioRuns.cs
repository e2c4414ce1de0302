namespace SloRollback.EndToEnd.Tests.SampleProgram;

/// <summary>One run of each scenario, side by side: both wait most of the time.</summary>
public sealed class ScenarioRuns : IAsyncLifetime
{
    internal SampleRun BadRelease { get; private set; } = null!;

    internal SampleRun DependencyOutage { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var runs = await Task.WhenAll(SampleRun.StartAsync(), SampleRun.StartAsync("--scenario", "dependency-outage"));
        (BadRelease, DependencyOutage) = (runs[0], runs[1]);
    }

    public ValueTask DisposeAsync()
    {
        BadRelease?.Clean();
        DependencyOutage?.Clean();
        return ValueTask.CompletedTask;
    }
}
