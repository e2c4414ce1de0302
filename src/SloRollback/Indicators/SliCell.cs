namespace SloRollback.Indicators;

/// <summary>
/// What a source read for one query in one step. For an event ratio the two values are the increments of the two selectors that
/// were given, in the order good, bad, valid; for a latency the events at or under the threshold and all events; for a gauge the
/// mean of its samples and 0.
/// </summary>
/// <param name="State">
/// <see cref="StepState.Measured"/> when at least one selector matched, <see cref="StepState.Missing"/> when none did while the
/// source is healthy, <see cref="StepState.Unmeasured"/> when the source itself has no data for the step. The other states are
/// the core's to tell.
/// </param>
/// <param name="First">Increment of the first selector, at least 0; a gauge's mean, which may be any value.</param>
/// <param name="Second">Increment of the second selector, at least 0.</param>
/// <param name="Absent">Which selectors matched no series.</param>
/// <param name="IsRecovered">Were the increments recovered by spreading the growth over a gap in the samples?</param>
public readonly record struct SliCell(StepState State, double First, double Second, AbsentSelectors Absent = AbsentSelectors.None, bool IsRecovered = false)
{
    /// <summary>
    /// Does some of the growth belong to a gap that was too long to say when it came about (over 5 min, SEMANTICS §3)? It then counts
    /// for the budget, and for no look-back. Together with <see cref="IsRecovered"/> only.
    /// </summary>
    public bool IsLongGap { get; init; }
}
