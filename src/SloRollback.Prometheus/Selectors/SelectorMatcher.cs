using System.Text.RegularExpressions;
using SloRollback.Prometheus.Scraping;

namespace SloRollback.Prometheus.Selectors;

/// <summary>Evaluates a vector selector on labels.</summary>
internal sealed class SelectorMatcher
{
    private readonly List<Func<LabelSet, bool>> conditions = [];

    private SelectorMatcher(string? metricName) => MetricName = metricName;

    /// <summary>The metric's name, when the selector gives it literally.</summary>
    public string? MetricName { get; }

    public bool IsMatch(LabelSet labels) => conditions.TrueForAll(c => c(labels));

    /// <summary>Makes a matcher of a selector's text.</summary>
    /// <returns>The matcher, or <see langword="null"/> and what is wrong.</returns>
    public static SelectorMatcher? Create(string text, out SelectorError? error)
    {
        if (!VectorSelectorParser.TryParse(text, out var selector, out error))
            return null;

        var matcher = new SelectorMatcher(selector.MetricName);
        foreach (var one in selector.Matchers)
        {
            if (Condition(one, out error) is not { } condition)
                return null;

            matcher.conditions.Add(condition);
        }

        return matcher;
    }

    private static Func<LabelSet, bool>? Condition(LabelMatcher matcher, out SelectorError? error)
    {
        error = null;
        var (label, value) = (matcher.Label, matcher.Value);
        if (matcher.Operator is MatchOperator.Equal)
            return labels => string.Equals(labels[label], value, StringComparison.Ordinal);
        if (matcher.Operator is MatchOperator.NotEqual)
            return labels => !string.Equals(labels[label], value, StringComparison.Ordinal);

        if (!Re2Pattern.TryCreate(value, out var regex, out var problem))
        {
            error = new SelectorError(matcher.Position, problem);
            return null;
        }

        var expected = matcher.Operator is MatchOperator.Matches;
        return labels => IsMatch(regex, labels[label]) == expected;
    }

    private static bool IsMatch(Regex regex, string value) => regex.IsMatch(value);
}
