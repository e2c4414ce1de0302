using System.Collections.Immutable;
using NodaTime;
using SloRollback.Budgets;
using SloRollback.Indicators;

namespace SloRollback.Objectives;

/// <summary>What an objective's figures depend on beside its counts; made once.</summary>
internal sealed class ObjectiveTerms
{
    private static readonly Duration RecentStretch = Duration.FromDays(7);

    private readonly DateTimeZone zone;

    /// <summary>Makes the terms of an objective.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="settings">The settings in force.</param>
    /// <param name="zones">The time zones that are known.</param>
    /// <param name="member">For a composite: the terms of a member, whose grid it shares.</param>
    public ObjectiveTerms(Objective objective, EngineSettings settings, IDateTimeZoneProvider zones, ObjectiveTerms? member = null)
    {
        Target = objective.Target;
        Allowed = new ExactFactor(objective.Target.ErrorBudgetFraction);
        Period = objective.Period;
        IsSliced = objective.Indicator is CompositeIndicator { Kind: CompositeKind.All } || (member?.IsSliced ?? objective.Budgeting != BudgetingMethod.Occurrences);
        Step = member?.Step ?? (objective.Budgeting != BudgetingMethod.Occurrences ? objective.Slices?.Length : null) ?? settings.Step;
        StepMinutes = Step.TotalMinutes;
        zone = (objective.Period as CalendarPeriod)?.ZoneIn(zones) ?? DateTimeZone.Utc;
        LongestPeriodSteps = StepsIn(objective.Period.LongestLength);
        Resets = [.. objective.Resets.Select(r => r.At).Order()];
        RecentSteps = Math.Min(LongestPeriodSteps, StepsIn(RecentStretch));
    }

    /// <summary>The objective's target.</summary>
    public ObjectiveTarget Target { get; }

    /// <summary>The share of valid events that may be bad.</summary>
    public ExactFactor Allowed { get; }

    /// <summary>The compliance period.</summary>
    public CompliancePeriod Period { get; }

    /// <summary>Are slices counted instead of events?</summary>
    public bool IsSliced { get; }

    /// <summary>Length of a step of the objective's own grid: the engine's, or one slice.</summary>
    public Duration Step { get; }

    /// <summary>The same in minutes.</summary>
    public double StepMinutes { get; }

    /// <summary>Does the period end now, at any time?</summary>
    public bool IsRolling => Period is RollingPeriod;

    /// <summary>Steps in the period; of a calendar period in the longest one.</summary>
    public long LongestPeriodSteps { get; }

    /// <summary>Steps whose mean rate stands for the unmeasured part of a period: those of 7 days.</summary>
    public long RecentSteps { get; }

    /// <summary>The budget resets, in order.</summary>
    public ImmutableArray<Instant> Resets { get; }

    public long StepsIn(Duration duration) => Math.Max(1, (long)Math.Round(duration / Step));

    /// <summary>The calendar period that contains an instant.</summary>
    public Interval CalendarPeriodAt(Instant instant) => ((CalendarPeriod)Period).At(instant, zone);
}
