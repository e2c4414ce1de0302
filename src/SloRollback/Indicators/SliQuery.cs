namespace SloRollback.Indicators;

/// <summary>One indicator to read.</summary>
public sealed record SliQuery
{
    /// <summary>Names the query in messages: the objective it belongs to.</summary>
    public required string Id { get; init; }

    /// <summary>What to read.</summary>
    public required Indicator Indicator { get; init; }
}
