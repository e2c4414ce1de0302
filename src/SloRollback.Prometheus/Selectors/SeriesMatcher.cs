namespace SloRollback.Prometheus.Selectors;

/// <summary>One condition on a label, wherever it was written.</summary>
/// <param name="Label">The label's name, <c>__name__</c> for the metric's.</param>
/// <param name="Operator">How to compare.</param>
/// <param name="Value">With what.</param>
internal readonly record struct SeriesMatcher(string Label, MatchOperator Operator, string Value) : IComparable<SeriesMatcher>
{
    /// <summary>Must the label have a value, or one of some?</summary>
    public bool IsPositive => Operator is MatchOperator.Equal or MatchOperator.Matches;

    /// <summary>The values that match, as a pattern; of a positive matcher.</summary>
    public string Pattern => Operator is MatchOperator.Matches ? $"(?:{Value})" : SelectorText.Pattern(Value);

    /// <summary>The metric's name first, so that a selector is written as people do.</summary>
    public int CompareTo(SeriesMatcher other) =>
        IsName != other.IsName ? (IsName ? -1 : 1)
        : string.CompareOrdinal(Label, other.Label) is var label and not 0 ? label
        : Operator != other.Operator ? Operator.CompareTo(other.Operator)
        : string.CompareOrdinal(Value, other.Value);

    private bool IsName => Label is VectorSelector.NameLabel;
}
