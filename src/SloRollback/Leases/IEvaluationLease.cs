namespace SloRollback.Leases;

/// <summary>
/// Chooses which of several replicas of a host evaluates and acts. It saves work and keeps replicas from racing; that a rollback happens
/// at most once rests on the journal alone, since no lease can stop a replica that believes it still holds it. What can go wrong is
/// answered as a value. Registered as a singleton, it puts all engines of its name under one leader; without one every host leads.
/// </summary>
public interface IEvaluationLease
{
    /// <summary>
    /// Takes the lease when it is free or expired, or renews it for the one who holds it. Idempotent. A lease is expired when it was not
    /// renewed for its whole duration, as seen by whoever asks: no clocks are compared.
    /// </summary>
    /// <param name="request">Who asks, and for how long.</param>
    /// <param name="cancellationToken">Stops the call; whether the lease was taken is then found out by the next one.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<LeaseResult> AcquireAsync(LeaseRequest request, CancellationToken cancellationToken);

    /// <summary>Gives the lease up, so that another may take it at once. Does nothing when somebody else holds it. Idempotent.</summary>
    /// <param name="request">Who gives it up.</param>
    /// <param name="cancellationToken">Stops the call; the lease then expires by itself.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<LeaseResult> ReleaseAsync(LeaseRequest request, CancellationToken cancellationToken);
}
