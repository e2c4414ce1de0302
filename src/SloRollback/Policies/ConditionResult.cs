using System.Collections.Immutable;
using NodaTime;

namespace SloRollback.Policies;

/// <summary>A condition's verdict with the figures it rests on, each beside its limit.</summary>
public sealed record ConditionResult
{
    /// <summary>The condition.</summary>
    public required Condition Condition { get; init; }

    /// <summary>What it says.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>Why it cannot be told, when it cannot.</summary>
    public UnknownReason Reason { get; init; }

    /// <summary>For a burn-rate condition: its look-backs, the long one first.</summary>
    public ImmutableArray<WindowReading> Windows { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>For a condition on the budget: the share of the whole period's budget that counts, as a fraction.</summary>
    public double? BudgetShare { get; init; }

    /// <summary>For a lost-traffic condition: valid events since the rollout's end.</summary>
    public double? ObservedValid { get; init; }

    /// <summary>For a lost-traffic condition: the valid events that were to be expected meanwhile.</summary>
    public double? ExpectedValid { get; init; }

    /// <summary>For <c>For</c>: how long its part has been breached; <see langword="null"/> while it is not.</summary>
    public Duration? HeldFor { get; init; }

    /// <summary>For a breached condition that dates the beginning by itself: the loss's first step.</summary>
    public Instant? ErrorsBegan { get; init; }

    /// <summary>For <c>All</c>, <c>Any</c> and <c>For</c>: the parts.</summary>
    public ImmutableArray<ConditionResult> Parts { get => field.IsDefault ? [] : field; init; } = [];
}
