namespace SloRollback.Tests.Reference;

/// <summary>The error budget of one period by the letter of SEMANTICS §4, in decimal.</summary>
internal sealed record NaiveBudget
{
    public decimal Bad { get; init; }

    public decimal Forgiven { get; init; }

    public decimal Valid { get; init; }

    public decimal Total { get; init; }

    public decimal TotalSoFar { get; init; }

    public decimal TotalMinutes { get; init; }

    public long Seen { get; init; }

    /// <summary>Steps that have passed, and all of the period; excluded ones apart.</summary>
    public (long Passed, long Whole) Counted { get; init; }

    public decimal Remaining => Total > 0 ? 1 - (Bad / Total) : 1;

    public double? Sli => Valid > 0 ? (double)(Valid - Bad - Forgiven) / (double)Valid : null;

    /// <summary>
    /// What differs from the real budget, or nothing. All is exact but <see cref="Total"/> where it holds an expected rate, which is
    /// rounded some few times: it may differ by 16 units in the last place.
    /// </summary>
    public string Differences(in ErrorBudget actual, bool isTotalExact, double tolerance)
    {
        var found = new List<string>();
        void Compare(string name, double? expected, double? real, double within)
        {
            if (expected is null != real is null || Math.Abs((expected ?? 0) - (real ?? 0)) > within)
                found.Add(string.Create(CultureInfo.InvariantCulture, $"{name}: {expected:R} is not {real:R}"));
        }

        Compare(nameof(Bad), (double)Bad, actual.Bad, tolerance);
        Compare(nameof(Forgiven), (double)Forgiven, actual.Forgiven, tolerance);
        Compare(nameof(Valid), (double)Valid, actual.Valid, tolerance);
        Compare(nameof(Sli), Sli, actual.Sli, tolerance);
        var rounding = Exact.Double(Total) * 16 * Math.Pow(2, -53);
        Compare(nameof(Total), Exact.Double(Total), actual.Total, isTotalExact ? tolerance : tolerance + rounding);
        Compare(nameof(TotalSoFar), Exact.Double(TotalSoFar), actual.TotalSoFar, tolerance);
        Compare(nameof(TotalMinutes), Exact.Double(TotalMinutes), actual.TotalMinutes, Exact.Double(TotalMinutes) * Math.Pow(2, -52));
        Compare(nameof(actual.Coverage), Counted.Passed > 0 ? (double)Seen / Counted.Passed : 0, actual.Coverage, 0);
        Compare(nameof(actual.Measured), Counted.Whole > 0 ? (double)Seen / Counted.Whole : 0, actual.Measured, 0);
        var remaining = 1 - ((double)Bad / Exact.Double(Total));
        var isExact = isTotalExact && tolerance == 0;
        Compare(nameof(Remaining), Total > 0 ? remaining : 1, actual.Remaining, isExact ? 0 : (tolerance / Exact.Double(Total)) + Math.Abs((1 - remaining) * 1e-14));
        if (actual.Remaining != 1 - actual.Consumed) found.Add("remaining is not 1 - consumed");
        return string.Join("; ", found);
    }
}

/// <summary>Decimal numbers as the doubles next to them.</summary>
internal static class Exact
{
    // A conversion may be one unit in the last place off; what is parsed is rounded once.
    public static double Double(decimal value) => double.Parse(value.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
