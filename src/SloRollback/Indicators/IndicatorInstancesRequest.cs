using System.Collections.Immutable;

namespace SloRollback.Indicators;

/// <summary>Asks a metric source which instances the series of some indicators come from.</summary>
public sealed record IndicatorInstancesRequest
{
    /// <summary>The indicators.</summary>
    public ImmutableArray<SliQuery> Queries { get => field.IsDefault ? [] : field; init; } = [];
}
