using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Sets;

namespace SloRollback.Prometheus;

/// <summary>
/// Indicators of OpenTelemetry's <c>http.server.request.duration</c>, which ASP.NET Core's meter <c>Microsoft.AspNetCore.Hosting</c> and
/// the instrumentations of other languages write; in Prometheus <c>http_server_request_duration_seconds</c>. By configuration:
/// <c>{ "Set": "aspnetcore", "Job": "checkout" }</c>. At least one argument must narrow them down.
/// </summary>
public static class AspNetCoreIndicators
{
    /// <summary>The share of requests that were not answered with 5xx.</summary>
    /// <param name="job">The label <c>job</c>.</param>
    /// <param name="route">The route's template, <c>/orders/{id}</c>; all routes if not given.</param>
    /// <param name="method">The method, <c>POST</c>; all if not given.</param>
    /// <param name="where">Further matchers in PromQL: <c>namespace="shop",http_route!="/health"</c>.</param>
    /// <param name="badCodes">Which status codes are bad, as a pattern; <c>5..</c> if not given.</param>
    /// <exception cref="ArgumentException">Nothing narrows the indicator down, or <paramref name="where"/> cannot be read.</exception>
    public static EventRatioIndicator Availability(string? job, string? route = null, string? method = null, string? where = null, string? badCodes = null) =>
        IndicatorSets.AspNetCore.Create<EventRatioIndicator>(
            null, (IndicatorSet.Job, job), ("Route", route), ("Method", method), (IndicatorSet.Where, where), (IndicatorSet.BadCodes, badCodes));

    /// <summary>The share of requests that took no longer than a threshold.</summary>
    /// <param name="threshold">
    /// The longest time that is still good. Buckets by default: 5, 10, 25, 50, 75, 100, 250, 500 and 750 ms, 1, 2.5, 5, 7.5 and 10 s.
    /// </param>
    /// <param name="job">The label <c>job</c>.</param>
    /// <param name="route">The route's template, <c>/orders/{id}</c>; all routes if not given.</param>
    /// <param name="method">The method, <c>POST</c>; all if not given.</param>
    /// <param name="where">Further matchers in PromQL: <c>namespace="shop",http_route!="/health"</c>.</param>
    /// <exception cref="ArgumentException">Nothing narrows the indicator down, or <paramref name="where"/> cannot be read.</exception>
    public static LatencyIndicator Latency(Duration threshold, string? job, string? route = null, string? method = null, string? where = null) =>
        IndicatorSets.AspNetCore.Create<LatencyIndicator>(
            threshold, (IndicatorSet.Job, job), ("Route", route), ("Method", method), (IndicatorSet.Where, where));
}
