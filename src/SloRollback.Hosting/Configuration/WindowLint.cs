using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Objectives;
using SloRollback.Policies;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Configuration;

/// <summary>
/// Says which share of errors a release must cause for a rule to fire while its rollback window is open. A window much shorter
/// than the look-backs sees only catastrophes, and nothing else in the configuration shows it.
/// </summary>
internal static class WindowLint
{
    private const decimal WorthAWarning = 0.02m;

    public static void Check(ConfigurationNode rollback, string? name, Condition when, RollbackWindow window, ObjectiveScope scope)
    {
        if (scope.Target is not { } target
            || scope.PeriodLength is not { } period
            || LeastErrors(when, target, period, window.Length) is not { } share)
        {
            return;
        }

        var condition = name is null ? "the condition" : $"the condition \"{name}\"";
        var errors = scope.IsSliced ? "bad slices" : "errors";
        var sentence = share >= 1 ? $"{condition} cannot fire inside it, even if everything fails"
            : $"{condition} fires inside it only above {HumanFormat.Percent((double)share)} {errors}";
        rollback.Log.Notice(
            share > WorthAWarning ? LogLevel.Warning : LogLevel.Information,
            rollback.PathOf("Window"),
            $"is {HumanDuration.Format(window.Length)}: at {target} {sentence}");
    }

    /// <summary>
    /// The least constant share of errors, beginning with the window, that breaches the condition before the window closes, at even
    /// traffic and with nothing burned before; <see langword="null"/> for one that needs no errors. One that cannot be breached in
    /// time needs more than everything.
    /// </summary>
    internal static decimal? LeastErrors(Condition condition, ObjectiveTarget target, Duration period, Duration window) => condition switch
    {
        AllCondition all => all.Conditions.Max(part => LeastErrors(part, target, period, window)),
        AnyCondition any => any.Conditions.Min(part => LeastErrors(part, target, period, window)),
        ForCondition held => LeastErrors(held.Condition, target, period, window - held.Duration),
        BurnRateCondition burn => Stretched(burn.Above, burn.Lookback, burn.Lookback, target, window),
        MultiWindowBurnRateCondition burn => Stretched(burn.Above, burn.Long, burn.Long, target, window),
        SliBelowCondition sli => Stretched((1 - sli.Value) / target.ErrorBudgetFraction, sli.Lookback, sli.Lookback, target, window),
        BudgetConsumedSinceDeploymentCondition budget => Stretched(budget.Above, period, period, target, window),
        BudgetConsumedCondition budget => Stretched(budget.Above, period, budget.Lookback, target, window),
        BudgetRemainingCondition { Unit: BudgetUnit.Share } budget => Stretched(1 - budget.Below, period, period, target, window),
        _ => null,
    };

    /// <summary>What a factor over a length of time takes when errors are counted in a look-back, for as long as the window.</summary>
    private static decimal Stretched(decimal factor, Duration over, Duration lookback, ObjectiveTarget target, Duration window)
    {
        if (window <= Duration.Zero)
            return decimal.MaxValue;

        var counted = HumanDuration.Nanoseconds(Duration.Min(lookback, window));
        return target.ErrorBudgetFraction * factor * HumanDuration.Nanoseconds(over) / counted;
    }
}
