namespace SloRollback.Deployments;

/// <summary>
/// Tells which deployments a target has seen. Implementations are registered as keyed services, keyed by the provider's name. They
/// own no threads: whoever enumerates the feed keeps it alive.
/// </summary>
public interface IDeploymentHistory
{
    /// <summary>Reads a target's recent deployments. Has no effect and may be repeated.</summary>
    /// <param name="request">The target, and how far back.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<DeploymentHistoryResult> ReadAsync(DeploymentHistoryRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// A feed of deployments as they begin and change, without end; each item replaces what was known under its id. The feed may
    /// end when the platform breaks the connection: the caller asks again.
    /// </summary>
    /// <param name="request">The targets to follow.</param>
    /// <param name="cancellationToken">Ends the feed.</param>
    IAsyncEnumerable<Deployment> WatchAsync(DeploymentWatchRequest request, CancellationToken cancellationToken);
}
