namespace SloRollback.Rollbacks;

/// <summary>
/// Brings one instance of an earlier revision up beside the running ones, so that the two can be compared under the same traffic
/// (SEMANTICS §7), and takes it away again. Registered as a keyed service under the provider's name, beside its
/// <see cref="IDeploymentRollbacker"/>; a provider that cannot do it registers none. What can go wrong is answered as a value.
/// </summary>
public interface IControlProbe
{
    /// <summary>
    /// Starts the probe and returns once the platform has accepted it. Idempotent by id: started twice it is one. Whatever becomes of us,
    /// the platform or the next start of this provider removes it when its time to live is over.
    /// </summary>
    /// <param name="request">The probe.</param>
    /// <param name="cancellationToken">Stops the call; what became of it is then asked for with <see cref="ReadAsync"/>.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<ProbeResult> StartAsync(ProbeRequest request, CancellationToken cancellationToken);

    /// <summary>Says whether the probe serves, and which instance runs which revision. Has no effect and may be repeated.</summary>
    /// <param name="request">The probe.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<ProbeResult> ReadAsync(ProbeRequest request, CancellationToken cancellationToken);

    /// <summary>Takes the probe away. Idempotent: one that is gone is removed.</summary>
    /// <param name="request">The probe.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<ProbeResult> RemoveAsync(ProbeRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Takes away what is left of probes whose time to live is over, whoever started them: after a crash nobody else does. Asked for at
    /// start and from time to time. Idempotent.
    /// </summary>
    /// <param name="request">The workloads.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<ProbeSweepResult> SweepAsync(ProbeSweepRequest request, CancellationToken cancellationToken);
}
