namespace SloRollback.Indicators;

/// <summary>Names one row of a <see cref="SliTable"/>.</summary>
/// <param name="Query">Index of the query in the request.</param>
/// <param name="Group">The value of the label by which the query asked to be split; empty without a split.</param>
public readonly record struct SliRowKey(int Query, string Group = "");
