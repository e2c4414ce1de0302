using NodaTime;

namespace SloRollback.Hosting.Evaluation;

/// <summary>When two clocks differ too much to decide anything (SEMANTICS §1).</summary>
internal static class ClockSkew
{
    // The Date header has whole seconds.
    private static readonly Duration Smallest = Duration.FromSeconds(2);

    /// <summary>More than half a step, and at least 2 s, apart.</summary>
    public static bool IsTooLarge(Duration? offset, Duration step) =>
        offset is { } by && (by < Duration.Zero ? -by : by) > Duration.Max(Smallest, step / 2);
}
