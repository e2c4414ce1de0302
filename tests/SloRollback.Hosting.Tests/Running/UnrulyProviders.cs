using NodaTime;
using SloRollback.Deployments;
using SloRollback.Indicators;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

internal sealed class Skewed : IMetricSource
{
    public Task<SliReadResult> ReadAsync(SliReadRequest request, CancellationToken cancellationToken)
    {
        var table = new SliTable([new SliRowKey(0)], request.Grid.Count);
        for (var i = 0; i < request.Grid.Count; i++) table.Row(0)[i] = new SliCell(StepState.Measured, 0, 600);
        return Task.FromResult(new SliReadResult { Outcomes = [SliOutcome.Read(null)], Table = table, ClockOffset = Duration.FromMinutes(10) });
    }
}

internal sealed class Deaf : IMetricSource
{
    public Task<SliReadResult> ReadAsync(SliReadRequest request, CancellationToken cancellationToken) => new TaskCompletionSource<SliReadResult>().Task;
}

internal sealed class NoHistory : IDeploymentHistory
{
    public Task<DeploymentHistoryResult> ReadAsync(DeploymentHistoryRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new DeploymentHistoryResult { Unavailable = "403" });

    public IAsyncEnumerable<Deployment> WatchAsync(DeploymentWatchRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
}

internal sealed class Slow : IDeploymentRollbacker
{
    public TaskCompletionSource Called { get; } = new();

    public TaskCompletionSource Answer { get; } = new();

    public bool WasCancelled { get; private set; }

    public Task<RollbackPlan> PlanAsync(RollbackRequest request, CancellationToken cancellationToken) => Task.FromResult(new RollbackPlan { IsPossible = true });

    public async Task<RollbackResult> RollBackAsync(RollbackRequest request, CancellationToken cancellationToken)
    {
        Called.TrySetResult();
        await Task.WhenAny(Answer.Task, Task.Delay(-1, cancellationToken));
        WasCancelled = cancellationToken.IsCancellationRequested && !Answer.Task.IsCompleted;
        cancellationToken.ThrowIfCancellationRequested();
        return new RollbackResult { Status = RollbackResultStatus.Applied };
    }

    public Task<RollbackProgress> GetProgressAsync(RollbackRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new RollbackProgress { Status = RollbackProgressStatus.NotApplied });
}

internal sealed class Silent : IDeploymentRollbacker
{
    public Task<RollbackPlan> PlanAsync(RollbackRequest request, CancellationToken cancellationToken) => Task.FromResult(new RollbackPlan { IsPossible = true });

    public Task<RollbackResult> RollBackAsync(RollbackRequest request, CancellationToken cancellationToken) => Task.FromResult<RollbackResult>(null!);

    public Task<RollbackProgress> GetProgressAsync(RollbackRequest request, CancellationToken cancellationToken) => Task.FromResult<RollbackProgress>(null!);
}

internal sealed class Unmarked(IDeploymentRecorder recorder, TimeProvider time) : IDeploymentRollbacker
{
    private readonly Dictionary<RollbackId, Instant> applied = [];

    public Task<RollbackPlan> PlanAsync(RollbackRequest request, CancellationToken cancellationToken) => Task.FromResult(new RollbackPlan { IsPossible = true });

    public Task<RollbackResult> RollBackAsync(RollbackRequest request, CancellationToken cancellationToken)
    {
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        if (applied.TryAdd(request.Id, now))
            recorder.Record(new Deployment { Target = request.Target, Revision = request.To, StartedAt = now, EndedAt = now, Outcome = DeploymentOutcome.Completed });
        return Task.FromResult(new RollbackResult { Status = RollbackResultStatus.Applied });
    }

    public Task<RollbackProgress> GetProgressAsync(RollbackRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new RollbackProgress { Status = RollbackProgressStatus.Completed, CompletedAt = applied.GetValueOrDefault(request.Id) });
}
