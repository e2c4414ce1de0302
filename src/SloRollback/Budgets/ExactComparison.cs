namespace SloRollback.Budgets;

/// <summary>Compares counts with a share of other counts so that boundaries hold: 99 of 100 is exactly 0.99.</summary>
internal static class ExactComparison
{
    // Doubles agree with decimals to some 15 digits. Closer to the boundary than this, decimals decide.
    internal const double Tie = 1e-9;

    // What is left of some operations on doubles is off by less than this share of the largest of them.
    internal const double Rounding = 1e-14;

    // The largest double that a decimal holds with room to multiply.
    internal const double DecimalRange = 1e15;

    /// <summary>Compares <paramref name="value"/> with <c>share × events</c>. No value makes it throw.</summary>
    /// <param name="value">Any value; infinities compare like other values.</param>
    /// <param name="share">The share.</param>
    /// <param name="events">What the share is of.</param>
    /// <returns>-1 below, 0 equal (or not a number), 1 above.</returns>
    public static int Compare(double value, decimal share, double events)
    {
        var limit = (double)share * events;
        var isTie = Math.Abs(value - limit) <= Tie * Math.Max(Math.Abs(value), Math.Abs(limit));
        if (isTie && Math.Abs(value) <= DecimalRange && Math.Abs(events) <= DecimalRange)
            return ((decimal)value).CompareTo(share * (decimal)events);

        return value > limit ? 1 : value < limit ? -1 : 0;
    }
}
