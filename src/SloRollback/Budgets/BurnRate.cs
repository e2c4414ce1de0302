namespace SloRollback.Budgets;

/// <summary>
/// Burn rate: how many times faster than allowed the error budget is spent, <c>(bad / valid) / (1 - target)</c>; 1 spends the whole
/// budget in exactly one period (Google SRE Workbook, ch. 5).
/// </summary>
internal static class BurnRate
{
    // Doubles agree with decimals to some 15 digits. Closer to the boundary than this, decimals decide.
    private const double Tie = 1e-9;

    // The largest double that a decimal holds with room to multiply.
    private const double DecimalRange = 1e15;

    /// <summary>The burn rate of some counts.</summary>
    /// <param name="bad">Bad events, at least 0.</param>
    /// <param name="valid">Valid events, at least 0.</param>
    /// <param name="errorBudgetFraction"><c>1 - target</c>, above 0.</param>
    /// <returns>The burn rate; <see langword="null"/> when there is no valid event.</returns>
    public static double? Of(double bad, double valid, decimal errorBudgetFraction) =>
        valid > 0 ? bad / valid / (double)errorBudgetFraction : null;

    /// <summary>
    /// Is the burn rate above a factor? Compared as <c>bad &gt; above × (1 - target) × valid</c>, so that a burn rate of exactly the
    /// factor is not above it.
    /// </summary>
    /// <param name="bad">Bad events, at least 0.</param>
    /// <param name="valid">Valid events, at least 0.</param>
    /// <param name="above">The factor.</param>
    /// <param name="errorBudgetFraction"><c>1 - target</c>.</param>
    public static bool IsAbove(double bad, double valid, decimal above, decimal errorBudgetFraction)
    {
        var ratio = above * errorBudgetFraction;
        var limit = (double)ratio * valid;
        if (!(Math.Abs(bad - limit) <= Tie * Math.Max(bad, limit)) || bad > DecimalRange || valid > DecimalRange)
            return bad > limit;

        return (decimal)bad > ratio * (decimal)valid;
    }

    /// <summary>A share of some events: the double next to the exact product.</summary>
    internal static double Share(decimal fraction, double events) =>
        Math.Abs(events) <= DecimalRange ? (double)(fraction * (decimal)events) : (double)fraction * events;
}
