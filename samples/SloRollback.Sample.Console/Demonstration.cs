using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SloRollback.Sample.CommandLine;
using SloRollback.Sample.Display;
using SloRollback.Sample.Scenarios;
using SloRollback.Sample.Traffic;

namespace SloRollback.Sample;

/// <summary>One run: the host, the load, the display and the scenario together, from the first release to the last line.</summary>
internal sealed class Demonstration(SampleOptions options, TimeProvider time)
{
    private readonly IScenario scenario = options.Scenario switch
    {
        ScenarioName.DependencyOutage => new DependencyOutage(),
        _ => new BadRelease(),
    };

    // A real server scrapes when it likes, and has to find the replicas first.
    private readonly TimeSpan limit = TimeSpan.FromSeconds(options.Prometheus is null ? 55 : 90);

    /// <summary>Runs, and returns the exit code.</summary>
    public async Task<int> RunAsync()
    {
        using var interruption = new Interruption();
        using var host = SampleHost.Build(options, time);
        var outcome = await ShowAsync(host, interruption.Token);
        new Ending(options, host.Services.GetRequiredService<Story>()).Print(outcome);
        return outcome.ExitCode;
    }

    private async Task<Outcome> ShowAsync(IHost host, CancellationToken interrupted)
    {
        using var ending = new CancellationTokenSource();
        var views = host.Services.GetRequiredService<Views>();
        var witness = host.Services.GetRequiredService<Witness>();
        var display = Terminal.Choose(options, host.Services.GetRequiredService<LogFeed>(), time);
        var shown = Task.WhenAll(display.ShowAsync(() => views.Take(scenario.Title), ending.Token), witness.WatchAsync(ending.Token));
        try
        {
            var outcome = await PlayAsync(host, interrupted);
            witness.Look();
            return outcome;
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
            await ending.CancelAsync();
            await shown.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<Outcome> PlayAsync(IHost host, CancellationToken interrupted)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var playing = CancellationTokenSource.CreateLinkedTokenSource(interrupted, timeout.Token);
        var stage = host.Services.GetRequiredService<Stage>();
        var load = Task.CompletedTask;
        try
        {
            await stage.OpenAsync(playing.Token);
            load = host.Services.GetRequiredService<LoadGenerator>().RunAsync(playing.Token);
            await host.StartAsync(playing.Token);
            await stage.ProveAsync(playing.Token);
            return await scenario.PlayAsync(stage, playing.Token);
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return new Outcome(Outcome.Interrupted, "Stopped.");
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return Outcomes.TooLate(limit, stage.Status);
        }
        catch (StageException fault)
        {
            return new Outcome(1, fault.Message);
        }
        catch (NothingMeasuredException nothing)
        {
            return Outcomes.NothingMeasured(options, nothing.Message);
        }
        finally
        {
            await playing.CancelAsync();
            await load;
        }
    }
}
