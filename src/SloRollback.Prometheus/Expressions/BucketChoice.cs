using System.Globalization;

namespace SloRollback.Prometheus.Expressions;

/// <summary>Chooses the bucket of a classic histogram whose bound is the threshold.</summary>
internal static class BucketChoice
{
    private const string Infinite = "+Inf";

    /// <summary>
    /// The reading of the bucket at the threshold. Servers before 3.0 keep a bound as it was exposed, so that <c>1</c> and <c>1.0</c>
    /// may stand side by side; all that are numerically equal are read, and the usual spellings too, since the next release may write
    /// the other.
    /// </summary>
    /// <param name="histogram">The histogram.</param>
    /// <param name="threshold">The threshold.</param>
    /// <param name="bounds">The values of <c>le</c> that were found; none gives the reading of buckets that may come.</param>
    public static IndicatorReading Choose(HistogramSelector histogram, LatencyThreshold threshold, IReadOnlyCollection<string> bounds)
    {
        var known = bounds.Select(text => (Text: text, Value: Parse(text))).Where(b => double.IsFinite(b.Value)).OrderBy(b => b.Value).ToArray();
        var equal = known.Where(b => threshold.Compare(b.Value) == 0).Select(b => b.Text).ToArray();
        if (equal.Length == 0 && bounds.Count > 0)
            return IndicatorReading.Rejected.Because(Problem(histogram, threshold, [.. known.Select(b => b.Text)], Array.FindIndex(known, b => threshold.Compare(b.Value) > 0)));

        string[] spellings = [.. equal, threshold.Text, .. threshold.Text.All(char.IsAsciiDigit) ? [threshold.Text + ".0"] : Array.Empty<string>()];
        return new IndicatorReading.Counters(
            histogram.Buckets([.. spellings.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]),
            histogram.Buckets(Infinite),
            Bucket: true);
    }

    private static string Problem(HistogramSelector histogram, LatencyThreshold threshold, string[] bounds, int above)
    {
        if (bounds.Length == 0)
            return $"{histogram.Metric} has no bucket but {Infinite}, so that nothing can be told of {threshold}";

        var nearest = above switch
        {
            0 => $"the lowest one is {bounds[0]}",
            < 0 => $"the highest one is {bounds[^1]}",
            _ => $"the nearest are {bounds[above - 1]} and {bounds[above]}",
        };
        var unit = threshold.IsMilliseconds ? "milliseconds, as its name says" : "seconds";
        return $"Threshold: {histogram.Metric} has no bucket with the bound {threshold.Text} ({unit}); {nearest}."
            + " Choose one of them, add the bucket to the service, or write Good and Valid with the matcher of le yourself";
    }

    private static double Parse(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;
}
