using NodaTime;
using SloRollback.Deployments;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>A platform that rolls back at once, and says what it was asked.</summary>
internal sealed class ScriptedRollbacker(IDeploymentRecorder recorder, TimeProvider time) : IDeploymentRollbacker
{
    private readonly Dictionary<RollbackId, Instant> applied = [];

    public List<RollbackRequest> Calls { get; } = [];

    public RollbackPlan Plan { get; set; } = new() { IsPossible = true, WorkloadIdentity = "v2@1", Summary = "image 2 → 1" };

    public Func<RollbackResult>? Answer { get; set; }

    public RollbackProgress? Progress { get; set; }

    public Task<RollbackPlan> PlanAsync(RollbackRequest request, CancellationToken cancellationToken) => Task.FromResult(Plan);

    public Task<RollbackResult> RollBackAsync(RollbackRequest request, CancellationToken cancellationToken)
    {
        Calls.Add(request);
        if (Answer?.Invoke() is { Status: not RollbackResultStatus.Applied } other)
            return Task.FromResult(other);

        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        if (applied.TryAdd(request.Id, now))
        {
            recorder.Record(new Deployment
            {
                Target = request.Target,
                Revision = request.To,
                StartedAt = now,
                EndedAt = now,
                Outcome = DeploymentOutcome.Completed,
                IsRollback = true,
            });
        }

        return Task.FromResult(new RollbackResult { Status = RollbackResultStatus.Applied });
    }

    public Task<RollbackProgress> GetProgressAsync(RollbackRequest request, CancellationToken cancellationToken) => Task.FromResult(
        Progress ?? (applied.TryGetValue(request.Id, out var at)
            ? new RollbackProgress { Status = RollbackProgressStatus.Completed, CompletedAt = at }
            : new RollbackProgress { Status = RollbackProgressStatus.NotApplied }));
}
