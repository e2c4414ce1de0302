using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NodaTime;
using SloRollback.Hosting.Telemetry;
using SloRollback.Indicators;

namespace SloRollback.Hosting.Evaluation;

/// <summary>
/// The loop: wakes when a step has become final and evaluates all that were not seen yet. A guest in the user's process: no
/// exception leaves it, a failed evaluation is logged and counted, and the next one runs.
/// </summary>
internal sealed class EvaluationService(
    IOptions<SloRollbackOptions> options, Evaluator evaluator, StatusMonitor monitor, SloRollbackMetrics metrics, TimeProvider time, ILoggerFactory loggers)
    : BackgroundService
{
    private readonly ILogger logger = loggers.CreateLogger("SloRollback.Evaluation");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var settings = options.Value.Settings;
        EvaluationLog.Started(logger, evaluator.State.Objectives.Length, options.Value.Services.Length, HumanFormat.Length(settings.Step), settings.ReplaySteps);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await evaluator.EvaluateAsync(stoppingToken).ConfigureAwait(false);
                monitor.Failure = null;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                monitor.Failure = e;
                metrics.EvaluationFailed();
                EvaluationLog.Failed(logger, e);
            }

            try
            {
                await Task.Delay(UntilNext(settings), time, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    // Timers have whole milliseconds and may fire a little early: a millisecond more makes sure that the step is over.
    private TimeSpan UntilNext(EngineSettings settings)
    {
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var next = StepGrid.StartOf(Evaluator.NewestFinal(now, settings) + 2, settings.Step) + settings.Settle;
        return (next - now).ToTimeSpan() + TimeSpan.FromMilliseconds(1);
    }
}
