using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Evaluation;
using SloRollback.Hosting.Deployments;
using SloRollback.Policies;

namespace SloRollback.Hosting.Evaluation;

/// <summary>Reads the deployments of all targets, and says when they cannot be relied on.</summary>
internal sealed class HistoryReader(IServiceProvider services, TimeProvider time, ILoggerFactory loggers)
{
    private static readonly Duration Retention = Duration.FromDays(31);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly ILogger logger = loggers.CreateLogger("SloRollback.Deployments");
    private readonly HashSet<DeploymentTarget> unavailable = [];

    public async Task<Dictionary<DeploymentTarget, TargetHistory>> ReadAsync(EngineState state, CancellationToken cancellationToken)
    {
        var histories = new Dictionary<DeploymentTarget, TargetHistory>();
        foreach (var target in state.Targets)
            histories[target] = await ReadAsync(target, state.Settings, cancellationToken).ConfigureAwait(false);
        return histories;
    }

    private async Task<TargetHistory> ReadAsync(DeploymentTarget target, EngineSettings settings, CancellationToken cancellationToken)
    {
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        DeploymentHistoryResult result;
        try
        {
            using var limit = new Deadline(Timeout, time, cancellationToken);
            result = await services.GetRequiredKeyedService<IDeploymentHistory>(target.Provider)
                .ReadAsync(new DeploymentHistoryRequest { Target = target, Since = now - Retention }, limit.Token)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            result = new DeploymentHistoryResult { Unavailable = $"{e.GetType().Name}: {e.Message}" };
        }

        var oldest = now - Duration.Max(settings.HistoryMaximumAge, settings.Step * 2);
        var fault = result.Unavailable ?? (result.ConfirmedAt < oldest ? $"last confirmed at {result.ConfirmedAt}" : null);
        Tell(target, fault);
        var blind = fault is not null ? UnknownReason.HistoryUnavailable
            : ClockSkew.IsTooLarge(result.ClockOffset, settings.Step) ? UnknownReason.ClockSkew
            : UnknownReason.None;
        return new TargetHistory(DeploymentTimeline.Of(result.Deployments), blind);
    }

    // Once per change of state, not once per step.
    private void Tell(DeploymentTarget target, string? fault)
    {
        if (fault is not null && unavailable.Add(target))
            DeploymentLog.HistoryUnavailable(logger, target, fault);
        else if (fault is null && unavailable.Remove(target))
            DeploymentLog.HistoryAvailable(logger, target);
    }
}
