using System.Collections.Immutable;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus.Planning;

/// <summary>Counters that an indicator sums: a vector selector that was checked.</summary>
internal sealed class CounterSelector
{
    private CounterSelector(string text, ImmutableArray<SeriesMatcher> matchers, SelectorMatcher? matcher) => (Text, Matchers, Matcher) = (text, matchers, matcher);

    /// <summary>As it was configured.</summary>
    public string Text { get; }

    /// <summary>Its conditions in a fixed order, each once: the metric's name first.</summary>
    public ImmutableArray<SeriesMatcher> Matchers { get; }

    /// <summary>Tells whether a series belongs to it; <see langword="null"/> when only the server can tell.</summary>
    public SelectorMatcher? Matcher { get; }

    /// <summary>Can a series that was read for others be told to belong to it?</summary>
    public bool CanShare => Matcher is not null && Matchers is [{ Label: VectorSelector.NameLabel, Operator: MatchOperator.Equal }, ..];

    /// <summary>What it says of one label.</summary>
    public SeriesMatcher[] On(string label) => [.. Matchers.Where(m => string.Equals(m.Label, label, StringComparison.Ordinal))];

    /// <summary>A selector.</summary>
    /// <exception cref="ArgumentException">The text is no vector selector: it was not checked.</exception>
    public static CounterSelector Create(string text)
    {
        if (!VectorSelectorParser.TryParse(text, out var parsed, out var error))
            throw new ArgumentException($"{text}: {error}", nameof(text));

        var matchers = parsed.Matchers.Select(m => new SeriesMatcher(m.Label, m.Operator, m.Value)).Distinct().Order().ToImmutableArray();
        return new CounterSelector(text, matchers, SelectorMatcher.Create(text, out _));
    }
}
