using System.Diagnostics;
using Microsoft.Extensions.Options;
using NodaTime;
using SloRollback.Evaluation;
using SloRollback.Hosting.Leases;
using SloRollback.Hosting.Rollbacks;
using SloRollback.Hosting.Telemetry;
using SloRollback.Indicators;
using SloRollback.Policies;

namespace SloRollback.Hosting.Evaluation;

/// <summary>One evaluation: read everything, step the engine, act on what it says. One caller at a time.</summary>
internal sealed class Evaluator(
    IOptions<SloRollbackOptions> options,
    SourceReader sources,
    HistoryReader histories,
    SeriesOrigins origins,
    GuardReader journal,
    RollbackCoordinator coordinator,
    ManualRollbacks manual,
    Leadership leadership,
    StatusMonitor monitor,
    SloRollbackMetrics metrics,
    TimeProvider time,
    IDateTimeZoneProvider zones)
{
    private EngineState? state;
    private long evaluated = long.MinValue;

    public EngineState State => state ??= new EngineState(options.Value.Settings, options.Value.Services, zones) { IsBackFilling = options.Value.BackFill.Enabled };

    /// <summary>The newest step that is final at an instant.</summary>
    public static long NewestFinal(Instant now, EngineSettings settings) => StepGrid.IndexOf(now - settings.Settle, settings.Step) - 1;

    /// <summary>When a step becomes final.</summary>
    public static Instant Due(long step, EngineSettings settings) => StepGrid.StartOf(step + 1, settings.Step) + settings.Settle;

    /// <summary>Evaluates up to the newest final step; does nothing when that was done before, as after a clock that went back.</summary>
    /// <returns>When the next evaluation is due; not later than now when a step has become final meanwhile.</returns>
    public async Task<Instant> EvaluateAsync(CancellationToken cancellationToken)
    {
        var settings = State.Settings;
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var newest = NewestFinal(now, settings);
        if (newest <= evaluated)
            return Due(evaluated + 1, settings);

        using var activity = SloRollbackActivity.Source.StartActivity("slorollback.evaluate");
        var started = time.GetTimestamp();
        var readings = await sources.ReadAsync(State, newest, cancellationToken).ConfigureAwait(false);
        var deployments = await histories.ReadAsync(State, cancellationToken).ConfigureAwait(false);
        var foreign = await origins.CheckAsync(State, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < readings.Length; i++)
            readings[i] = foreign.Contains(State.Objectives[i]) ? readings[i] with { IsFromElsewhere = true } : readings[i];
        monitor.Blind =
        [
            .. deployments.Where(d => d.Value.Blind != UnknownReason.None).Select(d => $"the deployments of {d.Key} are unknown: {d.Value.Blind}"),
            .. State.Objectives.Where((_, i) => readings[i].IsClockSkewed).Select(o => $"{o.Key} is unknown: {UnknownReason.ClockSkew}"),
            .. foreign.Select(o => $"{o.Key} is unknown: {UnknownReason.SeriesFromElsewhere}"),
        ];
        var guards = await journal.ReadAsync(cancellationToken).ConfigureAwait(false);
        var output = Engine.Step(State, new EngineInput(readings, deployments, guards, StepGrid.StartOf(newest + 1, settings.Step), guards.Approved));
        evaluated = newest;
        if (!leadership.IsHeld)
        {
            // Whoever leads now takes the decision, too.
            RollbackCoordinator.Drop(State, output);
            return Due(evaluated + 1, settings);
        }

        await manual.HandleAsync(State, deployments, cancellationToken).ConfigureAwait(false);
        var after = await coordinator.HandleAsync(State, output, guards, cancellationToken).ConfigureAwait(false);
        monitor.Current = after;
        metrics.Evaluated(after, time.GetElapsedTime(started));
        activity?.SetTag("slorollback.objectives", readings.Length);
        activity?.SetStatus(ActivityStatusCode.Ok);
        return Due(evaluated + 1, settings);
    }
}
