using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Sets;

namespace SloRollback.Prometheus;

/// <summary>
/// Indicators of the metrics that the gRPC interceptors for Go and Java write, <c>grpc_server_handled_total</c> and
/// <c>grpc_server_handling_seconds</c>. By configuration: <c>{ "Set": "grpc", "Job": "checkout" }</c>. At least one argument must narrow
/// them down.
/// </summary>
public static class GrpcIndicators
{
    /// <summary>
    /// The share of calls that did not end in a fault of the server: <c>Unknown</c>, <c>DeadlineExceeded</c>, <c>Unimplemented</c>,
    /// <c>Internal</c>, <c>Unavailable</c>, <c>DataLoss</c>, which OpenTelemetry's conventions call errors of a server.
    /// </summary>
    /// <param name="job">The label <c>job</c>.</param>
    /// <param name="service">The service with its package, <c>shop.Checkout</c>; all if not given.</param>
    /// <param name="method">The method, <c>Pay</c>; all if not given.</param>
    /// <param name="where">Further matchers in PromQL: <c>namespace="shop"</c>.</param>
    /// <param name="badCodes">Which codes are bad, as a pattern: <c>Unknown|Internal</c>.</param>
    /// <exception cref="ArgumentException">Nothing narrows the indicator down, or <paramref name="where"/> cannot be read.</exception>
    public static EventRatioIndicator Availability(string? job, string? service = null, string? method = null, string? where = null, string? badCodes = null) =>
        IndicatorSets.Grpc.Create<EventRatioIndicator>(
            null, (IndicatorSet.Job, job), ("Service", service), ("Method", method), (IndicatorSet.Where, where), (IndicatorSet.BadCodes, badCodes));

    /// <summary>The share of calls that took no longer than a threshold. The interceptors' histogram must be switched on.</summary>
    /// <param name="threshold">The longest time that is still good.</param>
    /// <param name="job">The label <c>job</c>.</param>
    /// <param name="service">The service with its package, <c>shop.Checkout</c>; all if not given.</param>
    /// <param name="method">The method, <c>Pay</c>; all if not given.</param>
    /// <param name="where">Further matchers in PromQL: <c>namespace="shop",grpc_type="unary"</c>.</param>
    /// <exception cref="ArgumentException">Nothing narrows the indicator down, or <paramref name="where"/> cannot be read.</exception>
    public static LatencyIndicator Latency(Duration threshold, string? job, string? service = null, string? method = null, string? where = null) =>
        IndicatorSets.Grpc.Create<LatencyIndicator>(
            threshold, (IndicatorSet.Job, job), ("Service", service), ("Method", method), (IndicatorSet.Where, where));
}
