using System.Collections.Immutable;
using NodaTime;
using SloRollback.Budgets;
using SloRollback.Indicators;
using SloRollback.Policies;
using SloRollback.Services;

namespace SloRollback.Objectives;

/// <summary>The state of one objective after an evaluation.</summary>
public sealed record ObjectiveStatus
{
    /// <summary>The objective.</summary>
    public ObjectiveKey Key { get; init; }

    /// <summary>Its target.</summary>
    public ObjectiveTarget Target { get; init; }

    /// <summary>The end of its newest step; <see langword="null"/> before the first.</summary>
    public Instant? MeasuredUntil { get; init; }

    /// <summary>
    /// The start of the oldest step that is known; <see langword="null"/> before the first. Later than the period's start while the
    /// objective is young, or where the source's retention is shorter than the period.
    /// </summary>
    public Instant? MeasuredSince { get; init; }

    /// <summary>
    /// Before it counts are estimates of the metric source, within about 0.2 %; <see langword="null"/> when all that counts is exact.
    /// </summary>
    public Instant? ApproximateBefore { get; init; }

    /// <summary>How far the period's history is filled in; <see langword="null"/> before the first step, and where nothing is.</summary>
    public BackFillStatus? BackFill { get; init; }

    /// <summary>What is known of its newest step.</summary>
    public StepState NewestStep { get; init; }

    /// <summary>Why it cannot be read; <see cref="UnmeasuredReason.None"/> when it can.</summary>
    public UnmeasuredReason Unmeasured { get; init; }

    /// <summary>The reason in the source's words, or empty.</summary>
    public string Detail { get => field ?? ""; init; } = "";

    /// <summary>Share of good events over the period so far; <see langword="null"/> when there is no valid event.</summary>
    public double? Sli { get; init; }

    /// <summary>The period's error budget.</summary>
    public ErrorBudget Budget { get; init; }

    /// <summary>Every calendar period that is over, oldest first; empty for a rolling period.</summary>
    public ImmutableArray<FinishedPeriod> History { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Plain burn rates over the look-backs that the rules use, the longest first.</summary>
    public ImmutableArray<WindowReading> BurnRates { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The rules.</summary>
    public ImmutableArray<RuleStatus> Rules { get => field.IsDefault ? [] : field; init; } = [];
}
