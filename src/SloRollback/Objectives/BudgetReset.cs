using NodaTime;

namespace SloRollback.Objectives;

/// <summary>
/// Forgives the bad events or slices before an instant. Valid events and slices stay, and so do the counts of look-backs
/// (SEMANTICS §4).
/// </summary>
public sealed record BudgetReset
{
    /// <summary>The reset's id, unique inside its objective.</summary>
    public required string Id { get; init; }

    /// <summary>What is bad before it is forgiven.</summary>
    public required Instant At { get; init; }

    /// <summary>Why, for the audit.</summary>
    public required string Reason { get; init; }

    /// <summary>Who did it, for the audit.</summary>
    public required string By { get; init; }
}
