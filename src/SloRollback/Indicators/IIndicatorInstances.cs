namespace SloRollback.Indicators;

/// <summary>
/// A metric source that can tell which instances an indicator's series come from. Implemented beside <see cref="IMetricSource"/>. Asked
/// after the start, to find indicators of another workload than the one that is rolled back.
/// </summary>
public interface IIndicatorInstances
{
    /// <summary>Asks which instances some indicators have series of now. Has no effect.</summary>
    /// <param name="request">The indicators.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<IndicatorInstancesResult> ReadInstancesAsync(IndicatorInstancesRequest request, CancellationToken cancellationToken);
}
