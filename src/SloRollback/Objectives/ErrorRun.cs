using SloRollback.Budgets;

namespace SloRollback.Objectives;

/// <summary>
/// When errors began (SEMANTICS §5): the first step of the stretch over which bad events exceed <c>above × (1 - target) × valid</c>
/// the most, up to a boundary. That is the stretch since <c>S = max(0, S + bad - limit × valid)</c> last left 0, with S looking
/// back over one long look-back only: S of all times drains so slowly that ten minutes of outage would hide every bad release
/// of the next half day. A breach of the look-back lies inside a run all the same, since the look-back itself is such a stretch.
/// An episode asks again where the run seems to begin: one that is open there goes on for up to another look-back.
/// </summary>
internal static class ErrorRun
{
    // Sums of doubles are off by some ulps: an excess this small beside its terms is none.
    private const double Rounding = 1e-9;

    public static long? Began(TotalsHistory totals, ExactFactor limit, long from, long to)
    {
        var end = totals.At(to);
        var (most, began) = (0.0, (long?)null);
        for (var boundary = totals.BoundaryAtOrAfter(to); boundary > from && boundary > totals.First;)
        {
            boundary = totals.BoundaryBefore(boundary);
            if (boundary < from)
                break;

            var stretch = end - totals.At(boundary);
            var allowed = limit.Times(stretch.Valid);
            if (Excess(stretch.Bad, allowed, most) is { } excess)
                (most, began) = (excess, boundary);
        }

        return began;
    }

    /// <summary>By how much bad events exceed the allowed ones, when that is more than the most so far.</summary>
    public static double? Excess(double bad, double allowed, double most) =>
        bad - allowed > most + (Rounding * (bad + allowed)) ? bad - allowed : null;
}
