using NodaTime;

namespace SloRollback.Objectives;

/// <summary>How far an objective's history from before the engine's start is filled in, newest first.</summary>
public sealed record BackFillStatus
{
    /// <summary>How far back it is filled in: the period's start, or as far as recent rates and the rules' look-backs reach.</summary>
    public Instant From { get; init; }

    /// <summary>
    /// What is newer has been read. <see cref="ObjectiveStatus.MeasuredSince"/> is later than this where the source had nothing.
    /// </summary>
    public Instant DoneUntil { get; init; }

    /// <summary>How much of it is done, 0 to 1.</summary>
    public double Progress { get; init; }
}
