using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Sets;

namespace SloRollback.Prometheus;

/// <summary>
/// Indicators of Istio's standard metrics, as the proxy beside the called workload counts them (<c>reporter="destination"</c>). By
/// configuration: <c>{ "Set": "istio", "Workload": "checkout", "Namespace": "shop" }</c>. At least one argument must narrow them down.
/// </summary>
public static class IstioIndicators
{
    /// <summary>The share of HTTP requests that were not answered with 5xx.</summary>
    /// <param name="workload">The called workload: <c>destination_workload</c>.</param>
    /// <param name="namespace">Its namespace: <c>destination_workload_namespace</c>.</param>
    /// <param name="service">The called service: <c>destination_service_name</c>.</param>
    /// <param name="where">Further matchers in PromQL: <c>source_workload!="prober"</c>.</param>
    /// <param name="badCodes">Which codes are bad, as a pattern; <c>5..</c> if not given.</param>
    /// <exception cref="ArgumentException">Nothing narrows the indicator down, or <paramref name="where"/> cannot be read.</exception>
    public static EventRatioIndicator Availability(string? workload, string? @namespace = null, string? service = null, string? where = null, string? badCodes = null) =>
        IndicatorSets.Istio.Create<EventRatioIndicator>(
            null, ("Workload", workload), ("Namespace", @namespace), ("Service", service), (IndicatorSet.Where, where), (IndicatorSet.BadCodes, badCodes));

    /// <summary>
    /// The share of gRPC calls that did not end in a fault of the server: <c>grpc_response_status</c> 2, 4, 12, 13, 14, 15 (see
    /// <see cref="GrpcIndicators"/>).
    /// </summary>
    /// <param name="workload">The called workload: <c>destination_workload</c>.</param>
    /// <param name="namespace">Its namespace: <c>destination_workload_namespace</c>.</param>
    /// <param name="service">The called service: <c>destination_service_name</c>.</param>
    /// <param name="where">Further matchers in PromQL: <c>source_workload!="prober"</c>.</param>
    /// <exception cref="ArgumentException">Nothing narrows the indicator down, or <paramref name="where"/> cannot be read.</exception>
    public static EventRatioIndicator GrpcAvailability(string? workload, string? @namespace = null, string? service = null, string? where = null) =>
        IndicatorSets.IstioGrpc.Create<EventRatioIndicator>(
            null, ("Workload", workload), ("Namespace", @namespace), ("Service", service), (IndicatorSet.Where, where));

    /// <summary>The share of requests, gRPC calls among them, that took no longer than a threshold.</summary>
    /// <param name="threshold">The longest time that is still good; Istio's buckets have bounds in milliseconds.</param>
    /// <param name="workload">The called workload: <c>destination_workload</c>.</param>
    /// <param name="namespace">Its namespace: <c>destination_workload_namespace</c>.</param>
    /// <param name="service">The called service: <c>destination_service_name</c>.</param>
    /// <param name="where">Further matchers in PromQL: <c>source_workload!="prober"</c>.</param>
    /// <exception cref="ArgumentException">Nothing narrows the indicator down, or <paramref name="where"/> cannot be read.</exception>
    public static LatencyIndicator Latency(Duration threshold, string? workload, string? @namespace = null, string? service = null, string? where = null) =>
        IndicatorSets.Istio.Create<LatencyIndicator>(
            threshold, ("Workload", workload), ("Namespace", @namespace), ("Service", service), (IndicatorSet.Where, where));
}
