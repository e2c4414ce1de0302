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

        // All at once: one provider that hangs costs its own time limit and not every target's.
        var results = await Task.WhenAll(state.Targets.Select(target => AskAsync(target, cancellationToken))).ConfigureAwait(false);
        for (var i = 0; i < results.Length; i++)
            histories[state.Targets[i]] = Judge(state.Targets[i], results[i], state.Settings);
        return histories;
    }

    private async Task<DeploymentHistoryResult> AskAsync(DeploymentTarget target, CancellationToken cancellationToken)
    {
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        try
        {
            using var limit = new Deadline(Timeout, time, cancellationToken);
            return await services.GetRequiredKeyedService<IDeploymentHistory>(target.Provider)
                .ReadAsync(new DeploymentHistoryRequest { Target = target, Since = now - Retention }, limit.Token)
                .WaitAsync(limit.Token)
                .ConfigureAwait(false) ?? new DeploymentHistoryResult { Unavailable = "the provider answered nothing" };
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeploymentHistoryResult { Unavailable = $"{e.GetType().Name}: {e.Message}" };
        }
    }

    private TargetHistory Judge(DeploymentTarget target, DeploymentHistoryResult result, EngineSettings settings)
    {
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var oldest = now - Duration.Max(settings.HistoryMaximumAge, settings.Step * 2);
        var fault = result.Unavailable ?? (result.ConfirmedAt < oldest ? $"last confirmed at {result.ConfirmedAt}" : null);
        var isSkewed = ClockSkew.IsTooLarge(result.ClockOffset, settings.Step);
        Tell(target, fault ?? (isSkewed ? $"the platform's clock is {result.ClockOffset} ahead of ours" : null));
        var blind = fault is not null ? UnknownReason.HistoryUnavailable : isSkewed ? UnknownReason.ClockSkew : UnknownReason.None;
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
