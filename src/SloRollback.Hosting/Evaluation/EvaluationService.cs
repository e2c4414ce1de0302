using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NodaTime;
using SloRollback.Hosting.BackFilling;
using SloRollback.Hosting.Leases;
using SloRollback.Hosting.Telemetry;

namespace SloRollback.Hosting.Evaluation;

/// <summary>
/// The loop: wakes when a step has become final and evaluates all that were not seen yet; in between it fills history in. A guest in the user's process: no
/// exception leaves it, a failed evaluation is logged and counted, and the next one runs.
/// </summary>
internal sealed class EvaluationService(
    IOptions<SloRollbackOptions> options, Evaluator evaluator, BackFiller backFiller, SourcePlans plans, Leadership leadership, StatusMonitor monitor, SloRollbackMetrics metrics, TimeProvider time, ILoggerFactory loggers)
    : BackgroundService
{
    private readonly ILogger logger = loggers.CreateLogger("SloRollback.Evaluation");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var settings = options.Value.Settings;
        try
        {
            EvaluationLog.Started(logger, evaluator.State.Objectives.Length, options.Value.Services.Length, HumanFormat.Length(settings.Step), settings.ReplaySteps);
        }
        catch (Exception e)
        {
            EvaluationLog.TryFailed(logger, e);
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            var next = Boundary(settings);
            try
            {
                await LeadAsync(stoppingToken).ConfigureAwait(false);
                next = await evaluator.EvaluateAsync(stoppingToken).ConfigureAwait(false);
                monitor.Failure = null;
                plans.Tell(evaluator.State);
                await FillAsync(next, settings, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                monitor.Failure = e;
                metrics.EvaluationFailed();
                EvaluationLog.TryFailed(logger, e);
            }

            try
            {
                await Task.Delay(Until(next, settings), time, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    // What was evaluated before somebody else took over says nothing of now.
    private async Task LeadAsync(CancellationToken stoppingToken)
    {
        if (leadership.IsHeld)
            return;

        monitor.Current = new EngineStatus();
        metrics.StandsBy();
        await leadership.WaitAsync(stoppingToken).ConfigureAwait(false);
    }

    // Until the next evaluation is due there is time for what is long past.
    private async Task FillAsync(Instant until, EngineSettings settings, CancellationToken stoppingToken)
    {
        try
        {
            var now = Instant.FromDateTimeOffset(time.GetUtcNow());
            await backFiller.RunAsync(evaluator.State, Instant.Min(until, now + settings.Step), stoppingToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            EvaluationLog.BackFillFailed(logger, e);
        }
    }

    private Instant Boundary(EngineSettings settings) =>
        Evaluator.Due(Evaluator.NewestFinal(Instant.FromDateTimeOffset(time.GetUtcNow()), settings) + 1, settings);

    // Never longer than a step, so that a clock that was set back does not put the loop to sleep. A timer that fires a little early
    // costs one more turn of the loop.
    private TimeSpan Until(Instant due, EngineSettings settings)
    {
        var wait = due - Instant.FromDateTimeOffset(time.GetUtcNow());
        return Duration.Max(Duration.Zero, Duration.Min(wait, settings.Step)).ToTimeSpan();
    }
}
