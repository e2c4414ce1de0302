using NodaTime;

namespace SloRollback.Policies;

/// <summary>
/// Breached when the share of good events over a look-back is below a value. The same as a burn rate above
/// <c>(1 - value) / (1 - target)</c>, so the rule's minimums of events hold for it too.
/// </summary>
public sealed record SliBelowCondition : Condition
{
    /// <summary>The share of good events, above 0 and below 1.</summary>
    public required decimal Value { get; init; }

    /// <summary>The look-back, at least one step and at most the period.</summary>
    public required Duration Lookback { get; init; }
}
