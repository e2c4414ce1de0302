using NodaTime;
using SloRollback.Budgets;
using SloRollback.Objectives;

namespace SloRollback.Policies;

/// <summary>The burn rate over one look-back, beside its limit.</summary>
public readonly record struct WindowReading
{
    /// <summary>The look-back.</summary>
    public Duration Lookback { get; init; }

    /// <summary>Bad events that count.</summary>
    public double Bad { get; init; }

    /// <summary>Valid events, unmeasured steps at the mean rate included.</summary>
    public double Valid { get; init; }

    /// <summary>Share of the look-back that was measured, 0 to 1.</summary>
    public double Coverage { get; init; }

    /// <summary>The burn rate; <see langword="null"/> when there is no valid event.</summary>
    public double? BurnRate { get; init; }

    /// <summary>The factor that it must exceed; <see langword="null"/> when it is only shown.</summary>
    public decimal? Above { get; init; }

    internal static WindowReading Of(Duration lookback, in WindowCounts window, ObjectiveTarget target, decimal? above) => new()
    {
        Lookback = lookback,
        Bad = window.Bad,
        Valid = window.EffectiveValid,
        Coverage = window.Coverage,
        BurnRate = Budgets.BurnRate.Of(window.Bad, window.EffectiveValid, target.ErrorBudgetFraction),
        Above = above,
    };
}
