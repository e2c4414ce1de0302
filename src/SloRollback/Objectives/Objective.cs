using System.Collections.Immutable;
using SloRollback.Indicators;
using SloRollback.Policies;

namespace SloRollback.Objectives;

/// <summary>A service level objective: an indicator, the share of good events it must keep over a period, and what follows.</summary>
public sealed record Objective
{
    /// <summary>The objective's id, unique inside its service, for example <c>availability</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The share of valid events that must be good.</summary>
    public required ObjectiveTarget Target { get; init; }

    /// <summary>The period over which the target is to be met.</summary>
    public required CompliancePeriod Period { get; init; }

    /// <summary>What is measured.</summary>
    public required Indicator Indicator { get; init; }

    /// <summary>
    /// Is it measured outside of the workload's own instances on purpose, at an ingress or by clients? Then it is not asked whether its series
    /// come from them.
    /// </summary>
    /// <value><see langword="false"/>.</value>
    public bool MeasuredElsewhere { get; init; }

    /// <summary>What the error budget is counted in.</summary>
    /// <value><see cref="BudgetingMethod.Occurrences"/>.</value>
    public BudgetingMethod Budgeting { get; init; }

    /// <summary>How time is cut into slices; <see langword="null"/> for <see cref="BudgetingMethod.Occurrences"/>.</summary>
    public TimeSlices? Slices { get; init; }

    /// <summary>The error-budget policy: what happens under which condition. Ids are unique inside the objective.</summary>
    public ImmutableArray<PolicyRule> Rules { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Stretches that do not count for this objective, besides those of its service. Ids are unique inside the objective.</summary>
    public ImmutableArray<Downtime> Downtimes { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Budget resets, in any order. Ids are unique inside the objective.</summary>
    public ImmutableArray<BudgetReset> Resets { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Notes on stretches of time; they change no number. Ids are unique inside the objective.</summary>
    public ImmutableArray<Annotation> Annotations { get => field.IsDefault ? [] : field; init; } = [];
}
