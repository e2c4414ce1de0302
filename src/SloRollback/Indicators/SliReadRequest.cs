using System.Collections.Immutable;

namespace SloRollback.Indicators;

/// <summary>Asks a metric source for some indicators over a grid of steps.</summary>
public sealed record SliReadRequest
{
    /// <summary>What to read.</summary>
    public ImmutableArray<SliQuery> Queries { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The steps to read; their end lies in the past by the settle time.</summary>
    public StepGrid Grid { get; init; }

    /// <summary>
    /// May the source answer with the store's own estimate of what grew in a step (Prometheus: <c>increase</c>), which is within about
    /// 0.2 %? Asked for long steps that are long past. A source that takes no notice answers exactly.
    /// </summary>
    /// <value><see langword="false"/>.</value>
    public bool AllowEstimate { get; init; }
}
