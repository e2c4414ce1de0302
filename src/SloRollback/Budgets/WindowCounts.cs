namespace SloRollback.Budgets;

/// <summary>What an objective's steps in one window add up to: events, or slices.</summary>
internal readonly record struct WindowCounts
{
    /// <summary>Bad events, at least 0.</summary>
    public double Bad { get; init; }

    /// <summary>Valid events, at least 0.</summary>
    public double Valid { get; init; }

    /// <summary>Steps in the window, those before the first reading included.</summary>
    public long Steps { get; init; }

    /// <summary>Steps that were measured, with or without traffic.</summary>
    public long Seen { get; init; }

    /// <summary>Steps for which a healthy source had no series.</summary>
    public long Missing { get; init; }

    /// <summary>Steps excluded by a downtime.</summary>
    public long Excluded { get; init; }

    /// <summary>Steps about which nothing is known.</summary>
    public long Unmeasured => Steps - Seen - Missing - Excluded;

    /// <summary>Share of good events; <see langword="null"/> when there is no valid event.</summary>
    public double? Sli => Valid > 0 ? (Valid - Bad) / Valid : null;

    /// <summary>Share of the steps that were measured, 0 to 1, excluded ones apart (SEMANTICS §4, Coverage).</summary>
    public double Coverage => Steps > Excluded ? (double)Seen / (Steps - Excluded) : 0;

    /// <summary>
    /// Valid events when unmeasured steps count as valid at the mean rate of the others and none bad (SEMANTICS §5): blindness can
    /// delay a rollback, never cause one.
    /// </summary>
    public double EffectiveValid => Unmeasured == 0 ? Valid : Valid + (MeanRate * Unmeasured);

    /// <summary>Valid events per step of which something is known.</summary>
    public double MeanRate => Seen + Missing > 0 ? Valid / (Seen + Missing) : 0;
}
