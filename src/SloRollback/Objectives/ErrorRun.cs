namespace SloRollback.Objectives;

/// <summary>
/// When errors began (SEMANTICS §5): keeps <c>S = max(0, S + bad - above × (1 - target) × valid)</c> over the steps. The stretch
/// since S last left 0 is the run. A breach of a burn condition with the same factor always lies inside a run.
/// </summary>
internal sealed class ErrorRun(decimal above, ObjectiveTarget target)
{
    // Sums of doubles are off by some ulps: an excess this small beside its terms is none.
    private const double Rounding = 1e-9;

    private readonly double allowed = (double)(above * target.ErrorBudgetFraction);
    private double excess;

    public decimal Above { get; } = above;

    /// <summary>Is S above 0?</summary>
    public bool IsOpen => excess > 0;

    /// <summary>The run's first step; meaningless while no run is open.</summary>
    public long Began { get; private set; }

    public void Add(long step, double bad, double valid)
    {
        var wasOpen = IsOpen;
        var grown = excess + bad - (allowed * valid);
        excess = grown > Rounding * (bad + (allowed * valid) + excess) ? grown : 0;
        if (!wasOpen && IsOpen)
            Began = step;
    }

    /// <summary>Bad events that the run already held before a deployment started.</summary>
    public double BadBefore(ObjectiveTracker tracker, DeploymentMark mark) =>
        IsOpen && Began < mark.Before ? Math.Max(0, mark.AtBefore.Bad - tracker.At(Began).Bad) : 0;

    /// <summary>Goes over the steps that are kept singly once more, after one of them was corrected.</summary>
    public void Recompute(ObjectiveTracker tracker)
    {
        var began = Began;
        var wasOpen = IsOpen;
        var oldest = tracker.OldestSingleStep;
        excess = 0;
        for (var step = oldest; step < tracker.Next; step++)
        {
            if (tracker.TryGetStep(step, out var counts))
                Add(step, counts.Bad, counts.Valid);
        }

        // A run that reaches back beyond what is kept began when it was seen to begin.
        if (wasOpen && IsOpen && Began == oldest && began < oldest)
            Began = began;
    }
}
