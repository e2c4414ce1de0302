using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using NodaTime;
using SloRollback.Hosting.Evaluation;
using SloRollback.Hosting.Leases;
using SloRollback.Indicators;
using SloRollback.Leases;

namespace SloRollback.Hosting.Health;

/// <summary>
/// Degraded while the engine cannot do its work. Not for liveness: restarting the host cures neither a metric source that is down nor
/// a journal that is gone.
/// </summary>
internal sealed class SloRollbackHealthCheck(IOptions<SloRollbackOptions> options, StatusMonitor monitor, Leadership leadership, TimeProvider time) : IHealthCheck
{
    private const int LateSteps = 3;

    private readonly Instant began = Instant.FromDateTimeOffset(time.GetUtcNow());

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // Whoever stands by does its work by waiting, as long as it can tell for whom.
        if (!leadership.IsHeld && leadership.Last.Status != LeaseStatus.Unavailable)
            return Task.FromResult(HealthCheckResult.Healthy($"stands by: {leadership.Standby}"));

        var faults = leadership.IsHeld ? Faults().ToList() : [leadership.Standby];
        return Task.FromResult(faults.Count == 0
            ? HealthCheckResult.Healthy("every objective is measured")
            : new HealthCheckResult(context.Registration.FailureStatus, string.Join("; ", faults)));
    }

    private IEnumerable<string> Faults()
    {
        var settings = options.Value.Settings;
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var status = monitor.Current;
        if (now - (status.EvaluatedAt ?? began) > (settings.Step * LateSteps) + settings.Settle)
            yield return status.EvaluatedAt is { } last ? $"the last evaluation was for {last}" : "nothing was evaluated yet";
        if (status.EvaluatedAt > now + settings.Step)
            yield return $"our clock went back: it was evaluated until {status.EvaluatedAt}, and nothing is evaluated before that";
        if (monitor.Failure is { } failure)
            yield return $"the last evaluation failed: {failure.GetType().Name}: {failure.Message}";
        if (status.Guards.Unavailable is { } journal)
            yield return $"the journal is unavailable: {journal}";
        foreach (var blind in monitor.Blind)
            yield return blind;
        foreach (var objective in status.Objectives.Where(o => o.Unmeasured != UnmeasuredReason.None))
            yield return $"{objective.Key} is unmeasured: {objective.Unmeasured}";
    }
}
