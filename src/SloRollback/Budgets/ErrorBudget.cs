using SloRollback.Objectives;

namespace SloRollback.Budgets;

/// <summary>The error budget of one period (SEMANTICS §4).</summary>
public readonly record struct ErrorBudget
{
    /// <summary>Bad events in the period so far.</summary>
    public double Bad { get; init; }

    /// <summary>Valid events in the period so far.</summary>
    public double Valid { get; init; }

    /// <summary>Bad events that the whole period allows: what was measured, and its unmeasured part at the recent mean rate.</summary>
    public double Total { get; init; }

    /// <summary>Bad events that the valid events so far allow.</summary>
    public double TotalSoFar { get; init; }

    /// <summary>Share of the period that was measured, 0 to 1.</summary>
    public double Coverage { get; init; }

    /// <summary>Share of the whole period's budget that is spent, at least 0; 0 while nothing is valid.</summary>
    public double Consumed => Total > 0 ? Bad / Total : 0;

    /// <summary>Share of the whole period's budget that is left; negative when it is overspent.</summary>
    public double Remaining => 1 - Consumed;

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

    /// <summary>The budget by occurrences: <c>(1 - target) × valid</c>.</summary>
    /// <param name="target">The objective's target.</param>
    /// <param name="period">The period's counts so far.</param>
    /// <param name="recent">The counts of the last 7 days, whose mean rate stands for the unmeasured part.</param>
    internal static ErrorBudget Create(ObjectiveTarget target, in WindowCounts period, in WindowCounts recent)
    {
        var observed = recent.Seen + recent.Missing;
        var rate = observed > 0 ? recent.Valid / observed : 0;
        return new ErrorBudget
        {
            Bad = period.Bad,
            Valid = period.Valid,
            Total = BurnRate.Share(target.ErrorBudgetFraction, period.Valid + (rate * period.Unmeasured)),
            TotalSoFar = BurnRate.Share(target.ErrorBudgetFraction, period.Valid),
            Coverage = period.Coverage,
        };
    }
}
