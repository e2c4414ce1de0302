using SloRollback.Rollbacks;

namespace SloRollback.Sqlite.Tests.Crashes;

/// <summary>
/// A platform that outlives the engine: each time it is asked to roll back it adds a line to the rollback's file. On purpose it does not look
/// whether it did so before: that it is asked once is the engine's to see to.
/// </summary>
internal sealed class FilePlatform(string directory) : IDeploymentRollbacker
{
    public Task<RollbackPlan> PlanAsync(RollbackRequest request, CancellationToken cancellationToken) => Task.FromResult(new RollbackPlan { IsPossible = true });

    public Task<RollbackResult> RollBackAsync(RollbackRequest request, CancellationToken cancellationToken)
    {
        using var file = new FileStream(Path.Combine(directory, request.Id.Value), FileMode.Append, FileAccess.Write);
        file.Write("applied\n"u8);
        file.Flush(flushToDisk: true);
        return Task.FromResult(new RollbackResult { Status = RollbackResultStatus.Applied });
    }

    public Task<RollbackProgress> GetProgressAsync(RollbackRequest request, CancellationToken cancellationToken) => Task.FromResult(
        Applied(directory, request.Id) > 0
            ? new RollbackProgress { Status = RollbackProgressStatus.Completed, CompletedAt = Store.Start }
            : new RollbackProgress { Status = RollbackProgressStatus.NotApplied });

    /// <summary>How often it was done.</summary>
    public static int Applied(string directory, RollbackId id)
    {
        var path = Path.Combine(directory, id.Value);
        return File.Exists(path) ? File.ReadAllLines(path).Length : 0;
    }
}
