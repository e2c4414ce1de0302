namespace SloRollback.Indicators;

/// <summary>What one step contributes to an objective.</summary>
/// <param name="State">
/// What is known about the step. Only <see cref="StepState.Measured"/> ones have counts, and a <see cref="StepState.Missing"/> slice
/// that is booked as good or bad.
/// </param>
/// <param name="Bad">Bad events, at least 0; of a slice 0 or 1, or its share of bad events.</param>
/// <param name="Valid">Valid events, at least <paramref name="Bad"/>; of a slice 0 or 1.</param>
/// <param name="IsRecovered">Were the counts recovered by spreading the growth over a gap in the samples?</param>
internal readonly record struct SliStep(StepState State, double Bad = 0, double Valid = 0, bool IsRecovered = false)
{
    /// <summary>Does the step belong to a gap: nothing was seen in it, or what is known of it was spread over it afterwards?</summary>
    internal bool IsGap => IsRecovered || State is not (StepState.Measured or StepState.NoTraffic or StepState.Excluded);
}
