using SloRollback.Rollbacks;

namespace SloRollback.Benchmarks;

/// <summary>Is registered so that the configuration is whole; a healthy service never asks it.</summary>
internal sealed class IdleRollbacker : IDeploymentRollbacker
{
    public Task<RollbackPlan> PlanAsync(RollbackRequest request, CancellationToken cancellationToken) => throw Unexpected();

    public Task<RollbackResult> RollBackAsync(RollbackRequest request, CancellationToken cancellationToken) => throw Unexpected();

    public Task<RollbackProgress> GetProgressAsync(RollbackRequest request, CancellationToken cancellationToken) => throw Unexpected();

    private static InvalidOperationException Unexpected() => new("a healthy service was to be rolled back");
}
