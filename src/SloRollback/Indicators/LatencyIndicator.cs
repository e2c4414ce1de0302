using NodaTime;

namespace SloRollback.Indicators;

/// <summary>
/// The share of events that took no longer than a threshold. Good and valid events come from one histogram: the source answers with
/// the events at or under the threshold as <see cref="SliCell.First"/> and all events as <see cref="SliCell.Second"/>. A histogram
/// without series is <see cref="StepState.Missing"/>.
/// </summary>
public sealed record LatencyIndicator : Indicator
{
    /// <summary>
    /// The histogram, in the source's own language (PromQL: a vector selector such as
    /// <c>http_request_duration_seconds{route="/pay"}</c>, without a suffix).
    /// </summary>
    public required string Histogram { get; init; }

    /// <summary>
    /// The longest time that is still good, above 0. A classic histogram needs a bucket with exactly this upper bound; the source
    /// answers <see cref="UnmeasuredReason.QueryRejected"/> and names the nearest one otherwise.
    /// </summary>
    public required Duration Threshold { get; init; }
}
