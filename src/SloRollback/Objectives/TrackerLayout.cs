using NodaTime;

namespace SloRollback.Objectives;

/// <summary>How many boundaries of which resolution a tracker keeps. Every bucket is a whole number of the next finer ones.</summary>
internal sealed record TrackerLayout
{
    // Look-backs of some steps, marks and corrections need a few single steps, however long a step is.
    private const long LeastSteps = 64;

    /// <summary>The layout for steps of a length and windows up to a length.</summary>
    public static TrackerLayout Create(Duration step, Duration longestWindow, EngineSettings settings)
    {
        var window = Steps(longestWindow, step);
        var fine = Math.Max(LeastSteps, Math.Min(Steps(settings.StepsKept, step), window));
        var mediumSteps = Math.Max(1, Steps(settings.MediumBucket, step));
        var coarseSteps = mediumSteps * Math.Max(1, Steps(settings.CoarseBucket, step) / mediumSteps);
        var medium = Math.Max(fine, Math.Min(Steps(settings.MediumBucketsKept, step), window));
        return new TrackerLayout
        {
            FineCapacity = (int)fine + 1,
            MediumSteps = (int)mediumSteps,
            MediumCapacity = (int)((medium - fine + mediumSteps - 1) / mediumSteps) + 1,
            CoarseSteps = (int)coarseSteps,
            CoarseCapacity = (int)(Math.Max(0, window - medium) / coarseSteps) + 2,
        };
    }

    public required int FineCapacity { get; init; }

    public required int MediumSteps { get; init; }

    public required int MediumCapacity { get; init; }

    public required int CoarseSteps { get; init; }

    public required int CoarseCapacity { get; init; }

    private static long Steps(Duration duration, Duration step) => Math.Max(1, (long)Math.Ceiling(duration / step));
}
