namespace SloRollback.Objectives;

/// <summary>How a slice's value must lie to the threshold for the slice to be good: <c>value OP threshold</c>.</summary>
public enum ComparisonOperator
{
    /// <summary>Below the threshold: <c>&lt;</c>.</summary>
    Less,

    /// <summary>At or below the threshold: <c>&lt;=</c>.</summary>
    LessOrEqual,

    /// <summary>Above the threshold: <c>&gt;</c>.</summary>
    Greater,

    /// <summary>At or above the threshold: <c>&gt;=</c>.</summary>
    GreaterOrEqual,
}
