using NodaTime;

namespace SloRollback.Policies;

/// <summary>
/// Breached once its part has been breached for a duration, counted from the first evaluation that was. An unknown part pauses the
/// clock; one that is not breached sets it back.
/// </summary>
public sealed record ForCondition : Condition
{
    /// <summary>The part.</summary>
    public required Condition Condition { get; init; }

    /// <summary>For how long it must be breached, above 0.</summary>
    public required Duration Duration { get; init; }
}
