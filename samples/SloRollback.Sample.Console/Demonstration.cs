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

    public async Task<int> RunAsync()
    {
        using var host = SampleHost.Build(options, time);
        await host.StartAsync();
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var terminal = Terminal.Choose(options, host.Services.GetRequiredService<LogFeed>(), time);

        var outcome = await PlayAsync(host.Services, terminal, stopping);
        await host.StopAsync(CancellationToken.None);
        new Ending(options, host.Services.GetRequiredService<Story>()).Print(outcome);
        return outcome.ExitCode;
    }

    private async Task<Outcome> PlayAsync(IServiceProvider services, IDisplay display, CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var timeout = new CancellationTokenSource(limit, time);
        using var playing = CancellationTokenSource.CreateLinkedTokenSource(stopping, timeout.Token);

        var stage = services.GetRequiredService<Stage>();
        var witness = services.GetRequiredService<Witness>();
        var views = services.GetRequiredService<Views>();
        var background = new List<Task>
        {
            display.ShowAsync(() => views.Take(scenario.Title), ending.Token),
            witness.WatchAsync(ending.Token),
        };
        try
        {
            await stage.OpenAsync(playing.Token);
            background.Add(services.GetRequiredService<LoadGenerator>().RunAsync(ending.Token));
            await stage.ProveAsync(playing.Token);
            return await scenario.PlayAsync(stage, playing.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return new Outcome(Outcome.Interrupted, "Stopped.");
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return Outcomes.TooLate(limit, stage.Status);
        }
        catch (NothingMeasuredException nothing)
        {
            return Outcomes.NothingMeasured(options, nothing.Message);
        }
        finally
        {
            witness.Look();
            await ending.CancelAsync();
            await Task.WhenAll(background).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
