namespace SloRollback.Indicators;

/// <summary>
/// A value that goes up and down, such as a queue's length or a saturation: the source answers with the mean of the samples in a
/// slice as <see cref="SliCell.First"/>. It has no events, so only time slices can be made of it. A mean that is not a number is
/// <see cref="StepState.Missing"/>; infinities compare like any value.
/// </summary>
public sealed record GaugeIndicator : Indicator
{
    /// <summary>The gauge, in the source's own language (PromQL: a query that answers one series, or the selector of one).</summary>
    public required string Gauge { get; init; }
}
