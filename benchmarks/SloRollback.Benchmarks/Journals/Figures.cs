using System.Globalization;

namespace SloRollback.Benchmarks.Journals;

/// <summary>What was measured several times.</summary>
internal sealed class Figures(IEnumerable<double> values)
{
    private readonly double[] sorted = [.. values.Order()];

    public double Median => sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;

    public double Least => sorted[0];

    public double Most => sorted[^1];

    /// <summary>The least and the most, for people.</summary>
    public string Spread(string format) => string.Create(CultureInfo.InvariantCulture, $"{Least.ToString(format, CultureInfo.InvariantCulture)} – {Most.ToString(format, CultureInfo.InvariantCulture)}");

    public string Middle(string format) => Median.ToString(format, CultureInfo.InvariantCulture);
}
