using SloRollback.Objectives;

namespace SloRollback.Budgets;

/// <summary>
/// The error budget of one period (SEMANTICS §4), in what the objective counts: events by occurrences, slices by time slices.
/// </summary>
public readonly record struct ErrorBudget
{
    /// <summary>Bad events of the period that count: those since the last reset.</summary>
    public double Bad { get; init; }

    /// <summary>Bad events of the period that a reset forgave.</summary>
    public double Forgiven { get; init; }

    /// <summary>Valid events in the period so far.</summary>
    public double Valid { get; init; }

    /// <summary>
    /// Bad events that the whole period allows. By occurrences <c>(1 - target) × (valid + recent mean rate × the part that is
    /// unmeasured or to come)</c>; by time slices <c>(1 - target) ×</c> all slices but excluded and ignored ones.
    /// </summary>
    public double Total { get; init; }

    /// <summary>Bad events that the valid events so far allow; by time slices the same as <see cref="Total"/>.</summary>
    public double TotalSoFar { get; init; }

    /// <summary>The whole period's budget as time of complete failure, in minutes.</summary>
    public double TotalMinutes { get; init; }

    /// <summary>Share of the period's passed part that was measured, 0 to 1, excluded steps apart.</summary>
    public double Coverage { get; init; }

    /// <summary>Share of the whole period that was measured, 0 to 1, excluded steps apart.</summary>
    public double Measured { get; init; }

    /// <summary>Share of good events in the period so far; <see langword="null"/> when there is no valid event. No reset changes it.</summary>
    public double? Sli { get; init; }

    /// <summary>Share of the whole period's budget that is spent, at least 0; 0 while nothing is valid.</summary>
    public double Consumed => Total > 0 ? Bad / Total : 0;

    /// <summary>Share of the whole period's budget that is left; negative when it is overspent.</summary>
    public double Remaining => 1 - Consumed;

    /// <summary>Bad events that the whole period still allows; negative when it is overspent.</summary>
    public double RemainingEvents => Total - Bad;

    /// <summary>Minutes of complete failure that the whole period still allows; negative when it is overspent.</summary>
    public double RemainingMinutes => Remaining * TotalMinutes;

    /// <summary>Share of the budget so far that is left; negative when it is overspent.</summary>
    public double RemainingSoFar => TotalSoFar > 0 ? 1 - (Bad / TotalSoFar) : 1;

    /// <summary>The band that <see cref="Remaining"/> lies in.</summary>
    public BudgetBand Band => Valid <= 0 ? BudgetBand.NoData : Remaining switch
    {
        >= 0.75 => BudgetBand.Healthy,
        >= 0.50 => BudgetBand.Observe,
        >= 0.25 => BudgetBand.NeedsAttention,
        > 0 => BudgetBand.Unhealthy,
        _ => BudgetBand.Exhausted,
    };

    /// <summary>The budget of some counts.</summary>
    internal static ErrorBudget Create(ObjectiveTerms terms, in PeriodCounts period)
    {
        var passed = period.Passed;
        var valid = passed.Valid + period.Recovered.Valid;
        var counted = period.Steps - passed.Excluded;
        var ignored = passed.Seen + passed.Missing - passed.Valid;
        var unknown = counted - passed.Seen - passed.Missing - period.Recovered.Steps;
        var whole = terms.Allowed.Times(terms.IsSliced ? counted - ignored : valid + (period.ExpectedRate * unknown));
        return new ErrorBudget
        {
            Bad = Math.Max(0, passed.Bad + period.Recovered.Bad - period.Forgiven),
            Forgiven = period.Forgiven,
            Valid = valid,
            Sli = valid > 0 ? (valid - passed.Bad - period.Recovered.Bad) / valid : null,
            Total = whole,
            TotalSoFar = terms.IsSliced ? whole : terms.Allowed.Times(valid),
            TotalMinutes = terms.Allowed.Times(terms.IsSliced ? counted - ignored : counted) * terms.StepMinutes,
            Coverage = passed.Coverage,
            Measured = counted > 0 ? (double)passed.Seen / counted : 0,
        };
    }
}
