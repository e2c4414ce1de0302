namespace SloRollback.Indicators;

/// <summary>How a composite makes one service level of its members' (SEMANTICS §4).</summary>
public enum CompositeKind
{
    /// <summary>The mean of the members, each with its weight; weights are normalised to a sum of 1.</summary>
    WeightedAverage,

    /// <summary>The worst member's.</summary>
    Least,

    /// <summary>A slice is good only if it is good for every member.</summary>
    All,
}
