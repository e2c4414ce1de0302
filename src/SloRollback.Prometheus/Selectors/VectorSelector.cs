using System.Collections.Immutable;

namespace SloRollback.Prometheus.Selectors;

/// <summary>How a label matcher compares.</summary>
internal enum MatchOperator
{
    Equal,
    NotEqual,
    Matches,
    DoesNotMatch,
}

/// <summary>One condition on a label; a label that a series does not have counts as empty.</summary>
/// <param name="Label">The label's name, <c>__name__</c> for the metric's.</param>
/// <param name="Operator">How to compare.</param>
/// <param name="Value">With what: a text, or an RE2 pattern that must match the whole value.</param>
/// <param name="Position">Where the value stands in the selector, counted from 1.</param>
internal sealed record LabelMatcher(string Label, MatchOperator Operator, string Value, int Position);

/// <summary>A PromQL vector selector such as <c>http_requests_total{code=~"5.."}</c>: matchers that must all hold.</summary>
/// <param name="Matchers">The matchers, the metric's name among them.</param>
internal sealed record VectorSelector(ImmutableArray<LabelMatcher> Matchers)
{
    public const string NameLabel = "__name__";

    /// <summary>The metric's name, when the selector gives it literally.</summary>
    public string? MetricName => Matchers.FirstOrDefault(m => m is { Label: NameLabel, Operator: MatchOperator.Equal })?.Value;
}

/// <summary>Why a text is no vector selector.</summary>
/// <param name="Position">Where, counted from 1.</param>
/// <param name="Message">What is wrong there.</param>
internal sealed record SelectorError(int Position, string Message)
{
    public override string ToString() => $"at position {Position}: {Message}";
}
