using System.Collections.Immutable;

namespace SloRollback.Indicators;

/// <summary>Which instances the series of some indicators come from.</summary>
public sealed record IndicatorInstancesResult
{
    /// <summary>
    /// The instances of each query, in the order of the request. None: there are no series now, or it could not be asked. One without a
    /// name: the source cannot tell, and need not be asked again.
    /// </summary>
    public ImmutableArray<ImmutableArray<InstanceName>> Instances { get => field.IsDefault ? [] : field; init; } = [];
}
