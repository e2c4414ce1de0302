namespace SloRollback.Budgets;

/// <summary>
/// Burn rate: how many times faster than allowed the error budget is spent, <c>(bad / valid) / (1 - target)</c>; 1 spends the whole
/// budget in exactly one period (Google SRE Workbook, ch. 5).
/// </summary>
internal static class BurnRate
{
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
    public static bool IsAbove(double bad, double valid, decimal above, decimal errorBudgetFraction) =>
        ExactComparison.Compare(bad, above * errorBudgetFraction, valid) > 0;
}
