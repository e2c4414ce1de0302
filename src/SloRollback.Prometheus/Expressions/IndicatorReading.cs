using SloRollback.Indicators;

namespace SloRollback.Prometheus.Expressions;

/// <summary>How one indicator is read from a server.</summary>
internal abstract record IndicatorReading
{
    private IndicatorReading()
    {
    }

    /// <summary>The increments of two sets of counters, in the order of <see cref="SliCell"/>.</summary>
    /// <param name="First">The first vector selector.</param>
    /// <param name="Second">The second vector selector.</param>
    /// <param name="Bucket">
    /// The two are buckets of one histogram. A series of the second without one of the first that differs in <c>le</c> alone is a pod
    /// that has no such bucket: it is left out, since its events would be valid and never good.
    /// </param>
    internal sealed record Counters(string First, string Second, bool Bucket = false) : IndicatorReading;

    /// <summary>A histogram of which it is not known yet what it is; <see cref="IndicatorResolver"/> asks the server.</summary>
    /// <param name="Selector">The histogram.</param>
    /// <param name="Threshold">The longest time that is good.</param>
    internal sealed record Latency(HistogramSelector Selector, LatencyThreshold Threshold) : IndicatorReading;

    /// <summary>A native histogram: the events at or under a bound, and all.</summary>
    /// <param name="Selector">The vector selector.</param>
    /// <param name="Bound">The threshold in the histogram's unit.</param>
    internal sealed record NativeHistogram(string Selector, string Bound) : IndicatorReading;

    /// <summary>Two expressions, each of which counts the events of a step.</summary>
    internal sealed record Expressions(WindowExpression First, WindowExpression Second) : IndicatorReading;

    /// <summary>The mean of a gauge's samples.</summary>
    /// <param name="Selector">A vector selector that matches one series at a time.</param>
    internal sealed record Gauge(string Selector) : IndicatorReading;

    /// <summary>An expression whose value at a step's end is the step's.</summary>
    internal sealed record GaugeExpression(WindowExpression Value) : IndicatorReading;

    /// <summary>It cannot be read.</summary>
    /// <param name="Outcome">Why not.</param>
    internal sealed record Rejected(SliOutcome Outcome) : IndicatorReading
    {
        public static Rejected Because(string detail) => new(SliOutcome.Failed(UnmeasuredReason.QueryRejected, detail, transient: false));
    }
}
