namespace SloRollback.Objectives;

/// <summary>
/// When errors began (SEMANTICS §5): keeps <c>S = max(0, S + bad - above × (1 - target) × valid)</c> over the steps. The stretch
/// since S last left 0 is the run. A breach of a burn condition with the same factor always lies inside a run.
/// </summary>
internal sealed class ErrorRun(decimal above, ObjectiveTarget target)
{
    // Sums of doubles are off by some ulps: an excess this small beside its terms is none.
    private const double Rounding = 1e-9;
    private const int Kept = ObjectiveTracker.FineCapacity;

    private readonly double allowed = (double)(above * target.ErrorBudgetFraction);

    // S and its run before each of the newest steps: a correction is gone over from there, so that what S held before is not lost.
    private readonly (double Excess, long Began)[] before = new (double, long)[Kept];
    private double excess;
    private long next;

    public decimal Above { get; } = above;

    /// <summary>Is S above 0?</summary>
    public bool IsOpen => excess > 0;

    /// <summary>The run's first step; meaningless while no run is open.</summary>
    public long Began { get; private set; }

    public void Add(long step, double bad, double valid)
    {
        Keep(step);
        var wasOpen = IsOpen;
        var grown = excess + bad - (allowed * valid);
        excess = grown > Rounding * (bad + (allowed * valid) + excess) ? grown : 0;
        if (!wasOpen && IsOpen)
            Began = step;
    }

    /// <summary>Goes over the steps from a corrected one on once more.</summary>
    public void Recompute(ObjectiveTracker tracker, long from)
    {
        (excess, Began) = before[from % Kept];
        next = from;
        for (var step = from; step < tracker.Next; step++)
        {
            if (tracker.TryGetStep(step, out var counts))
                Add(step, counts.Bad, counts.Valid);
        }
    }

    // Steps that were skipped hold nothing: S stays.
    private void Keep(long step)
    {
        next = Math.Max(next, step - Kept);
        for (; next <= step; next++)
            before[next % Kept] = (excess, Began);
    }
}
