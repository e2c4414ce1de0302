using NodaTime;

namespace SloRollback.Hosting;

/// <summary>
/// How history from before the start is read: between evaluations, newest first, back to the beginning of each objective's period. What
/// is evaluated never waits for it.
/// </summary>
public sealed record BackFillOptions
{
    /// <summary>Is history read at all? Without it budgets begin with the steps that are read back at start.</summary>
    /// <value><see langword="true"/>.</value>
    public bool Enabled { get; init; } = true;

    /// <summary>How long each metric source is left alone between two requests, 0 to 1 h.</summary>
    /// <value>1 s.</value>
    public Duration Pause { get; init; } = Duration.FromSeconds(1);

    /// <summary>
    /// How much time is asked for in one request, 1 min to 30 days. Counts that must be exact, as those of slices, are asked for 60
    /// steps at a time. Where the source has nothing the stretches grow, and where it answers too late or not at all they shrink.
    /// </summary>
    /// <value>1 day.</value>
    public Duration Chunk { get; init; } = Duration.FromDays(1);
}
