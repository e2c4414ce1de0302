using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SloRollback.Deployments;

namespace SloRollback.Hosting.Deployments;

/// <summary>
/// Keeps the feeds of all deployment histories alive and says what they bring. Providers own no threads: this is the one that
/// enumerates. A feed that ends or breaks is asked for again, more slowly each time.
/// </summary>
internal sealed class DeploymentFeedService(
    IOptions<SloRollbackOptions> options, IServiceProvider services, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly ILogger logger = loggers.CreateLogger("SloRollback.Deployments");

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var targets = SloRollback.Evaluation.EngineState.TargetsOf(options.Value.Services);
        return Task.WhenAll(targets.GroupBy(t => t.Provider).Select(provider => FollowAsync(provider.Key, [.. provider], stoppingToken)));
    }

    private async Task FollowAsync(string provider, DeploymentTarget[] targets, CancellationToken stoppingToken)
    {
        var pause = ShortestPause;
        var isBroken = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var history = services.GetRequiredKeyedService<IDeploymentHistory>(provider);
                await foreach (var deployment in history.WatchAsync(new DeploymentWatchRequest { Targets = [.. targets] }, stoppingToken).ConfigureAwait(false))
                {
                    pause = ShortestPause;
                    isBroken = false;
                    Tell(deployment);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Told once until it brings something again.
                if (!isBroken)
                    DeploymentLog.FeedBroke(logger, e, provider);
                isBroken = true;
            }

            try
            {
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }

    private void Tell(Deployment deployment)
    {
        var what = deployment.IsRollback ? "rollback" : "deployment";
        if (deployment.EndedAt is null)
            DeploymentLog.Began(logger, deployment.Target, what, deployment.Revision);
        else
            DeploymentLog.Ended(logger, deployment.Target, what, deployment.Revision, deployment.Outcome);
    }
}
