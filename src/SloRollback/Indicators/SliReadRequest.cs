using System.Collections.Immutable;

namespace SloRollback.Indicators;

/// <summary>Asks a metric source for some indicators over a grid of steps.</summary>
public sealed record SliReadRequest
{
    /// <summary>What to read.</summary>
    public ImmutableArray<SliQuery> Queries { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The steps to read; their end lies in the past by the settle time.</summary>
    public StepGrid Grid { get; init; }
}
