namespace SloRollback.Prometheus.Reading;

/// <summary>What is known of an indicator that the server sums, of the time before some steps.</summary>
/// <param name="First">The last step in which the first selector had samples, or <see cref="SummedCells.Never"/>.</param>
/// <param name="Second">The same of the second one.</param>
/// <param name="BaselineUntil">Up to this time (milliseconds) sums hold counters' whole lives.</param>
internal record struct SummedPast(long First, long Second, long BaselineUntil)
{
    /// <summary>Nothing is known.</summary>
    public static SummedPast Unknown { get; } = new(SummedCells.Never, SummedCells.Never, 0);

    /// <summary>What of it is known before a step: all, unless samples of it or later are the last.</summary>
    /// <param name="step">The step.</param>
    public readonly SummedPast Before(long step) => Math.Max(First, Second) < step ? this : Unknown;
}
