using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Deployments;

/// <summary>Stands where a host reports deployments and has no way to roll them back.</summary>
internal sealed class ObserveOnlyRollbacker : IDeploymentRollbacker
{
    private const string Why = "this host reports its deployments and has no rollbacker";

    public Task<RollbackPlan> PlanAsync(RollbackRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new RollbackPlan { Refusal = HoldReason.Unknown, Summary = Why });

    public Task<RollbackResult> RollBackAsync(RollbackRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new RollbackResult { Status = RollbackResultStatus.Refused, Detail = Why });

    public Task<RollbackProgress> GetProgressAsync(RollbackRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new RollbackProgress { Status = RollbackProgressStatus.NotApplied, Detail = Why });
}
