using SloRollback.Deployments;
using SloRollback.Rollbacks;

namespace SloRollback.Sample.Platform;

/// <summary>
/// Teaches SloRollback to roll back on a platform of your own. Three promises matter: planning changes nothing; the same rollback id
/// never acts twice, whatever crashed in between; and a workload that moved since the plan is left alone.
/// </summary>
internal sealed class CheckoutRollbacker(CheckoutPlatform platform) : IDeploymentRollbacker
{
    public Task<RollbackPlan> PlanAsync(RollbackRequest request, CancellationToken cancellationToken)
    {
        var running = platform.Current;
        var isAsSeen = running?.Version.Name == request.From.Id;
        return Task.FromResult(new RollbackPlan
        {
            IsPossible = isAsSeen,
            Refusal = isAsSeen ? HoldReason.None : HoldReason.Superseded,
            Summary = isAsSeen
                ? $"restarts {platform.Replicas.Count} replicas with {request.To}, one after the other"
                : $"{running?.Version.Name ?? "nothing"} runs, not {request.From}",
            WorkloadIdentity = running?.Identity ?? "",
        });
    }

    public Task<RollbackResult> RollBackAsync(RollbackRequest request, CancellationToken cancellationToken)
    {
        var rollout = platform.TryRollBack(request.Id, request.To.Id, request.WorkloadIdentity);
        return Task.FromResult(new RollbackResult
        {
            Status = rollout is null ? RollbackResultStatus.Refused : RollbackResultStatus.Applied,
            Detail = rollout is null ? $"the workload moved: {platform.Current?.Identity} runs" : $"rollout {rollout.Identity}",
        });
    }

    public Task<RollbackProgress> GetProgressAsync(RollbackRequest request, CancellationToken cancellationToken)
    {
        var rollout = platform.FindRollback(request.Id);
        var status = rollout switch
        {
            null => RollbackProgressStatus.NotApplied,
            _ when rollout != platform.Current => RollbackProgressStatus.RevertedByOther,
            { Outcome: DeploymentOutcome.InProgress } => RollbackProgressStatus.InProgress,
            { Outcome: DeploymentOutcome.Completed } => RollbackProgressStatus.Completed,
            _ => RollbackProgressStatus.Failed,
        };
        return Task.FromResult(new RollbackProgress
        {
            Status = status,
            CompletedAt = status == RollbackProgressStatus.Completed ? rollout?.EndedAt : null,
            Detail = $"{platform.Current?.Identity} runs",
        });
    }
}
