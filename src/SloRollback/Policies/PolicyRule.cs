using System.Collections.Immutable;
using SloRollback.Rollbacks;

namespace SloRollback.Policies;

/// <summary>One rule of an error-budget policy: a condition, and what to do when it is breached.</summary>
public sealed record PolicyRule
{
    /// <summary>The rule's id, unique inside its objective, for example <c>bad-release</c>.</summary>
    public required string Id { get; init; }

    /// <summary>When the rule applies.</summary>
    public required Condition When { get; init; }

    /// <summary>The rollback to decide on; <see langword="null"/> for a rule that only notifies.</summary>
    public RollbackAction? Rollback { get; init; }

    /// <summary>Names of the notifiers to tell when an episode begins and ends.</summary>
    public ImmutableArray<string> Notify { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Valid events that the long look-back needs before a burn rate is judged, 0 or more.</summary>
    /// <value>100.</value>
    public long MinimumValid { get; init; } = 100;

    /// <summary>Bad events that the long look-back needs before a burn rate is judged, 0 or more.</summary>
    /// <value>5.</value>
    public long MinimumBad { get; init; } = 5;
}
