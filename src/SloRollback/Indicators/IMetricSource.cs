namespace SloRollback.Indicators;

/// <summary>
/// Reads indicators from a metrics store. Implementations are registered as keyed services, keyed by the source's name, together
/// with a <see cref="ProviderRegistration"/>. They hold no threads, and report what went wrong as values: an exception other than
/// cancellation is a bug in the source. Two reads may be under way at once: one of the newest steps and one that fills history in,
/// since nothing may delay the newest.
/// </summary>
public interface IMetricSource
{
    /// <summary>
    /// Reads all queries over a grid of final steps. Reading has no effect and may be repeated; cutting a grid differently never
    /// changes the sums. One query that cannot be read never fails its neighbours.
    /// </summary>
    /// <param name="request">The queries and the grid.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>One outcome per query, in order, and the counts.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<SliReadResult> ReadAsync(SliReadRequest request, CancellationToken cancellationToken);
}
