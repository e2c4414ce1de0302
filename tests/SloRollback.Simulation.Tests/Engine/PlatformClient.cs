using System.Runtime.CompilerServices;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Rollbacks;
using SloRollback.Simulation.Tests.World;

namespace SloRollback.Simulation.Tests.Engine;

/// <summary>A replica's connection to the platform: what it asks for, and what it has seen of the deployments.</summary>
internal sealed class PlatformClient(Universe universe, Replica replica) : IDeploymentRollbacker, IDeploymentHistory
{
    private const string Name = "platform";

    /// <summary>How far the watched history is behind.</summary>
    public Duration Lag { get; set; }

    public Task<RollbackPlan> PlanAsync(RollbackRequest request, CancellationToken cancellationToken) => CallAsync($"plan {request.Id}", () =>
    {
        replica.Planned(request);
        return universe[request.Target].Plan(request);
    });

    public Task<RollbackResult> RollBackAsync(RollbackRequest request, CancellationToken cancellationToken) =>
        CallAsync($"roll back {request.Id}", () => universe[request.Target].RollBack(request));

    public Task<RollbackProgress> GetProgressAsync(RollbackRequest request, CancellationToken cancellationToken) =>
        CallAsync($"progress of {request.Id}", () => universe[request.Target].Progress(request));

    public Task<DeploymentHistoryResult> ReadAsync(DeploymentHistoryRequest request, CancellationToken cancellationToken)
    {
        var confirmed = universe.Now - Lag;
        return Task.FromResult(new DeploymentHistoryResult
        {
            Deployments = [.. universe[request.Target].Deployments.Where(d => d.StartedAt <= confirmed).Select(d => AsOf(d, confirmed))],
            ConfirmedAt = confirmed,
            ClockOffset = replica.KnowsClocks ? -replica.Time.Offset : null,
        });
    }

    public async IAsyncEnumerable<Deployment> WatchAsync(DeploymentWatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        yield break;
    }

    private static Deployment AsOf(Deployment deployment, Instant confirmed) =>
        deployment.EndedAt <= confirmed ? deployment : deployment with { EndedAt = null, Outcome = DeploymentOutcome.InProgress };

    private Task<T> CallAsync<T>(string what, Func<T> effect) => universe.Network.CallAsync(replica, Name, what, effect);
}
