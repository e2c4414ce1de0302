using NodaTime;
using SloRollback.Budgets;

namespace SloRollback.Objectives;

/// <summary>A calendar period that is over, as it ended. Counts that come late still change it.</summary>
public sealed record FinishedPeriod
{
    /// <summary>Start of its first step.</summary>
    public Instant Start { get; init; }

    /// <summary>End of its last step, exclusive.</summary>
    public Instant End { get; init; }

    /// <summary>The objective's target.</summary>
    public ObjectiveTarget Target { get; init; }

    /// <summary>
    /// Its error budget, with SLI and what remained. Steps that were never measured count at the mean rate of the period's others.
    /// </summary>
    public ErrorBudget Budget { get; init; }
}
