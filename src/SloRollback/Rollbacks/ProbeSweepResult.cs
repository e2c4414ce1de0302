using System.Collections.Immutable;

namespace SloRollback.Rollbacks;

/// <summary>What came of a sweep.</summary>
public sealed record ProbeSweepResult
{
    /// <summary>The names of the probes that were taken away.</summary>
    public ImmutableArray<string> Removed { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>What stood in the way; the next sweep tries again.</summary>
    public ImmutableArray<string> Problems { get => field.IsDefault ? [] : field; init; } = [];
}
