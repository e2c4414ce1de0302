using System.Collections.Concurrent;
using SloRollback.Rollbacks;
using SloRollback.Sample.Platform;

namespace SloRollback.EndToEnd.Tests.RealPrometheus;

/// <summary>The sample's rollbacker, with a list of the rollbacks that reached it.</summary>
internal sealed class WatchedRollbacker(CheckoutPlatform platform, ConcurrentQueue<RollbackRequest> calls) : IDeploymentRollbacker
{
    private readonly CheckoutRollbacker rollbacker = new(platform);

    public Task<RollbackPlan> PlanAsync(RollbackRequest request, CancellationToken cancellationToken) =>
        rollbacker.PlanAsync(request, cancellationToken);

    public Task<RollbackResult> RollBackAsync(RollbackRequest request, CancellationToken cancellationToken)
    {
        calls.Enqueue(request);
        return rollbacker.RollBackAsync(request, cancellationToken);
    }

    public Task<RollbackProgress> GetProgressAsync(RollbackRequest request, CancellationToken cancellationToken) =>
        rollbacker.GetProgressAsync(request, cancellationToken);
}
