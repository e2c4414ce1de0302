using NodaTime;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Configuration;

/// <summary>What an objective's budget is counted in, as far as it could be read.</summary>
internal sealed record Slicing
{
    /// <summary>The budgeting method; <see langword="null"/> when it could not be read.</summary>
    public BudgetingMethod? Method { get; init; }

    /// <summary>The slices; <see langword="null"/> by occurrences, and when they could not be read.</summary>
    public TimeSlices? Slices { get; init; }

    /// <summary>Length of the steps that the objective is counted in; <see langword="null"/> when it could not be read.</summary>
    public Duration? Grid { get; init; }

    /// <summary>Is nothing of it wrong?</summary>
    public bool IsRead { get; init; }

    public bool IsSliced => Method is not (null or BudgetingMethod.Occurrences);
}
