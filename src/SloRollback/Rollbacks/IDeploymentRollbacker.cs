namespace SloRollback.Rollbacks;

/// <summary>
/// Brings an earlier revision of a workload back. Implementations are registered as keyed services, keyed by the provider's name.
/// What can go wrong is answered as a value: an exception other than cancellation is a bug, and counts as a transient failure.
/// </summary>
public interface IDeploymentRollbacker
{
    /// <summary>
    /// Says what a rollback would do, or why it cannot be done. Has no effect and may be repeated. Refuses as <see cref="HoldReason.Superseded"/>
    /// when another revision than <see cref="RollbackRequest.From"/> is asked for by now: the decision has not seen it.
    /// </summary>
    /// <param name="request">The rollback in question.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<RollbackPlan> PlanAsync(RollbackRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Starts the rollback and returns once the platform has accepted it. Idempotent by rollback id: applied twice it changes
    /// nothing. Refuses when the workload is no longer the one the plan saw (<see cref="RollbackRequest.WorkloadIdentity"/>).
    /// </summary>
    /// <param name="request">The rollback.</param>
    /// <param name="cancellationToken">Stops the call; the outcome is then asked for with <see cref="GetProgressAsync"/>.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<RollbackResult> RollBackAsync(RollbackRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Says how far a rollback has come, and whether it is still in place. Begins nothing and may be repeated; of a rollback that was
    /// accepted it may clear what keeps the platform from completing it.
    /// </summary>
    /// <param name="request">The rollback.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<RollbackProgress> GetProgressAsync(RollbackRequest request, CancellationToken cancellationToken);
}
