using System.Collections.Immutable;
using NodaTime;
using SloRollback.Services;

namespace SloRollback.Rollbacks;

/// <summary>
/// What the journal says at the moment of a decision: pauses and the rollbacks on record. Cooldown, rate limit, quarantine and
/// once-per-deployment all follow from the records.
/// </summary>
public sealed record GuardState
{
    /// <summary>Nothing paused, nothing on record.</summary>
    public static GuardState Empty { get; } = new();

    /// <summary>Where rollbacks are paused.</summary>
    public ImmutableArray<Pause> Pauses { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>
    /// When the journal began to be kept; <see langword="null"/> when that is not known. What happened to a deployment before it is
    /// not on record: such a deployment is not rolled back without a person's approval.
    /// </summary>
    public Instant? Began { get; init; }

    /// <summary>When rollbacks were last resumed: rollbacks before it no longer count against the rate limit.</summary>
    public Instant? ResumedAt { get; init; }

    /// <summary>
    /// How often a rollback has begun to execute since the journal began: what a decision that is to execute is written against. 0 or more, never
    /// less than before.
    /// </summary>
    public long Executions { get; init; }

    /// <summary>The rollbacks on record.</summary>
    public ImmutableArray<RollbackRecord> Rollbacks { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Why the journal cannot be read; <see langword="null"/> when it can.</summary>
    public string? Unavailable { get; init; }

    /// <summary>The rollbacks that wait and that a person has approved: they are decided anew.</summary>
    internal IReadOnlySet<RollbackId> Approved =>
        Rollbacks.Where(r => r is { State: RollbackState.AwaitingApproval, Answer.IsApproval: true }).Select(r => r.Id).ToHashSet();

    /// <summary>What pauses a rule, the widest pause first; <see langword="null"/> when nothing does.</summary>
    internal Pause? PauseOf(RuleKey rule)
    {
        var key = rule.ToString();
        return Pauses.Where(p => p.Covers(key)).MinBy(p => p.Scope.Length);
    }
}
