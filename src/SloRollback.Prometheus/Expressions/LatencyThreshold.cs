using System.Globalization;
using NodaTime;

namespace SloRollback.Prometheus.Expressions;

/// <summary>
/// A latency's threshold in the unit of its histogram: milliseconds where the metric's name ends in <c>_milliseconds</c> or <c>_ms</c>,
/// else seconds, Prometheus's base unit of time.
/// </summary>
internal readonly record struct LatencyThreshold
{
    // Bounds are often computed in floating point; a threshold has whole nanoseconds.
    private const double Tolerance = 1e-9;

    private static readonly (string Suffix, string Name)[] OtherUnits =
    [
        ("_minutes", "minutes"), ("_hours", "hours"), ("_microseconds", "microseconds"), ("_us", "microseconds"),
        ("_nanoseconds", "nanoseconds"), ("_ns", "nanoseconds"), ("_bytes", "bytes"),
    ];

    private readonly double value;

    public LatencyThreshold(Duration threshold, string metric)
    {
        IsMilliseconds = metric.EndsWith("_milliseconds", StringComparison.Ordinal) || metric.EndsWith("_ms", StringComparison.Ordinal);
        var exact = (decimal)threshold.ToBigIntegerNanoseconds() / (IsMilliseconds ? 1_000_000m : 1_000_000_000m);

        // Through text: the conversion of a decimal is not always to the nearest double.
        value = double.Parse(exact.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    /// <summary>The unit that a metric says it has, when it is neither of these.</summary>
    public static string? OtherUnitOf(string metric) =>
        OtherUnits.FirstOrDefault(unit => metric.EndsWith(unit.Suffix, StringComparison.Ordinal)).Name;

    public bool IsMilliseconds { get; }

    /// <summary>The bound as the server writes it: <c>0.3</c>, <c>1</c>, <c>300</c>.</summary>
    public string Text => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The bound with its unit, for people.</summary>
    public override string ToString() => Text + (IsMilliseconds ? " ms" : " s");

    /// <summary>Compares a bucket's bound with the threshold; what is numerically the same is 0.</summary>
    public int Compare(double bound) => Math.Abs(bound - value) <= Tolerance * value ? 0 : bound.CompareTo(value);
}
