using System.Collections.Concurrent;
using SloRollback.Rollbacks;

namespace SloRollback.PostgreSql.Tests.Support;

/// <summary>Counts how often it is called for each rollback; it does not notice that it was called before.</summary>
internal sealed class CountingProvider : IDeploymentRollbacker
{
    public ConcurrentDictionary<RollbackId, int> Calls { get; } = new();

    public Task<RollbackPlan> PlanAsync(RollbackRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RollbackResult> RollBackAsync(RollbackRequest request, CancellationToken cancellationToken)
    {
        Calls.AddOrUpdate(request.Id, 1, (_, n) => n + 1);
        return Task.FromResult(new RollbackResult { Status = RollbackResultStatus.Applied });
    }

    public Task<RollbackProgress> GetProgressAsync(RollbackRequest request, CancellationToken cancellationToken) => Task.FromResult(new RollbackProgress
    {
        Status = Calls.ContainsKey(request.Id) ? RollbackProgressStatus.Completed : RollbackProgressStatus.NotApplied,
        CompletedAt = Store.Start,
    });
}
