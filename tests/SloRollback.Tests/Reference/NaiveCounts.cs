namespace SloRollback.Tests.Reference;

/// <summary>What a run of steps adds up to for a look-back, in decimal.</summary>
internal readonly record struct NaiveCounts(decimal Bad, decimal Valid, long Seen, long Missing, long Excluded)
{
    /// <summary>Valid events per step about which something is known.</summary>
    public decimal MeanRate => Seen + Missing > 0 ? Valid / (Seen + Missing) : 0;

    public static NaiveCounts Of(in NaiveStep step) => step.State switch
    {
        StepState.Measured => new(step.Bad, step.Valid, 1, 0, 0),
        StepState.NoTraffic => new(0, 0, 1, 0, 0),
        StepState.Missing => new(step.Bad, step.Valid, 0, 1, 0),
        StepState.Excluded => new(0, 0, 0, 0, 1),
        _ => default,
    };

    public static NaiveCounts operator +(in NaiveCounts a, in NaiveCounts b) =>
        new(a.Bad + b.Bad, a.Valid + b.Valid, a.Seen + b.Seen, a.Missing + b.Missing, a.Excluded + b.Excluded);

    /// <summary>Are these the counts of a window? Whole counts must be equal; sums of fractions may differ by a tolerance.</summary>
    public bool Agrees(in WindowCounts actual, double tolerance) =>
        (Seen, Missing, Excluded) == (actual.Seen, actual.Missing, actual.Excluded)
        && Math.Abs((double)Bad - actual.Bad) <= tolerance && Math.Abs((double)Valid - actual.Valid) <= tolerance;
}

/// <summary>One step as the reference keeps it.</summary>
internal readonly record struct NaiveStep(StepState State, decimal Bad, decimal Valid, bool IsRecovered)
{
    public static NaiveStep Of(in SliStep step) => new(step.State, (decimal)step.Bad, (decimal)step.Valid, step.IsRecovered);

    /// <summary>Does the step belong to a gap: nothing was seen in it, or what it holds was spread over it afterwards?</summary>
    public bool IsGap => IsRecovered || State is StepState.Missing or StepState.Unmeasured or StepState.Inconsistent;

    /// <summary>Growth over a long gap: for the period's budget, and for no look-back.</summary>
    public bool IsForBudgetOnly => IsRecovered && State == StepState.Unmeasured;
}
