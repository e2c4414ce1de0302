using System.Collections.Immutable;
using NodaTime;
using SloRollback.Budgets;
using SloRollback.Deployments;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Policies;
using SloRollback.Services;

namespace SloRollback.Rollbacks;

/// <summary>Everything a decision rests on. The same input gives the same decision, in every process and at any later time.</summary>
public sealed record DecisionInput
{
    /// <summary>The time of the evaluation: the end of its step.</summary>
    public Instant EvaluatedAt { get; init; }

    /// <summary>The rule.</summary>
    public RuleKey Key { get; init; }

    /// <summary>The rule as configured.</summary>
    public required PolicyRule Rule { get; init; }

    /// <summary>What the rule may do.</summary>
    public required RollbackAction Action { get; init; }

    /// <summary>The objective's target.</summary>
    public ObjectiveTarget Target { get; init; }

    /// <summary>The objective's period.</summary>
    public required CompliancePeriod Period { get; init; }

    /// <summary>The objective's indicator: the queries.</summary>
    public required Indicator Indicator { get; init; }

    /// <summary>What the objective's counts are counts of.</summary>
    public BudgetingMethod Budgeting { get; init; }

    /// <summary>How the objective cuts time into slices; <see langword="null"/> when it counts events.</summary>
    public TimeSlices? Slices { get; init; }

    /// <summary>The durations and counts in force.</summary>
    public required EngineSettings Settings { get; init; }

    /// <summary>The episode.</summary>
    public required Episode Episode { get; init; }

    /// <summary>The condition at this evaluation.</summary>
    public required ConditionResult Condition { get; init; }

    /// <summary>The objective's error budget at this evaluation.</summary>
    public ErrorBudget Budget { get; init; }

    /// <summary>
    /// For a composite objective: the share of its spending since errors began that the members on the target spent after the
    /// deployment, 0 to 1; else <see langword="null"/>.
    /// </summary>
    public double? ShareOfComposite { get; init; }

    /// <summary>The target's deployments, oldest first.</summary>
    public ImmutableArray<Deployment> Deployments { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>What is on record about the target's revisions.</summary>
    public ImmutableArray<RevisionRecord> Revisions { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Pauses and earlier rollbacks.</summary>
    public GuardState Guards { get => field ?? GuardState.Empty; init; } = GuardState.Empty;

    /// <summary>What cannot be known besides the condition, for example since the history is stale.</summary>
    public UnknownReason Blind { get; init; }

    /// <summary>The provider's plan; <see langword="null"/> until it was asked.</summary>
    public RollbackPlan? Plan { get; init; }
}
