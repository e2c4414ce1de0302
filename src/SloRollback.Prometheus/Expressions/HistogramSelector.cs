using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus.Expressions;

/// <summary>The selector of a histogram, given without suffix, and those of its buckets.</summary>
internal sealed record HistogramSelector
{
    /// <summary>The label that holds a bucket's bound.</summary>
    public const string BoundLabel = "le";

    private readonly ImmutableArray<LabelMatcher> matchers;

    private HistogramSelector(string metric, ImmutableArray<LabelMatcher> matchers) => (Metric, this.matchers) = (metric, matchers);

    /// <summary>The metric's name.</summary>
    public string Metric { get; }

    /// <summary>The histogram itself, as native ones are stored.</summary>
    public string Text => Write(Metric);

    /// <summary>How many series each bound of the classic histogram has.</summary>
    public string Bounds => $"count by ({BoundLabel}) ({Write(Metric + "_bucket")})";

    public static bool TryParse(string text, [NotNullWhen(true)] out HistogramSelector? histogram, [NotNullWhen(false)] out SelectorError? error)
    {
        histogram = null;
        if (!VectorSelectorParser.TryParse(text, out var selector, out error))
            return false;

        if (selector.MetricName is not { } metric)
            error = new SelectorError(1, "a histogram is given by its metric's name");
        else if (Suffix(metric) is { } suffix)
            error = new SelectorError(1, $"a histogram is given without the suffix {suffix}: {metric[..^suffix.Length]}");
        else if (selector.Matchers.FirstOrDefault(m => m.Label is BoundLabel) is { } bound)
            error = new SelectorError(bound.Position, "the bucket follows from the threshold; leave the matcher of le out");
        else
            histogram = new HistogramSelector(metric, [.. selector.Matchers.Where(m => m.Label is not VectorSelector.NameLabel || m.Operator != MatchOperator.Equal)]);

        return histogram is not null;
    }

    /// <summary>The buckets with one of some bounds, each the text of a label <c>le</c>.</summary>
    public string Buckets(params IReadOnlyCollection<string> bounds)
    {
        var matcher = bounds.Count == 1
            ? new LabelMatcher(BoundLabel, MatchOperator.Equal, bounds.First(), 0)
            : new LabelMatcher(BoundLabel, MatchOperator.Matches, string.Join('|', bounds.Select(SelectorText.Pattern)), 0);
        return Write(Metric + "_bucket", matcher);
    }

    public bool Equals(HistogramSelector? other) => other is not null && string.Equals(Text, other.Text, StringComparison.Ordinal);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    private static string? Suffix(string metric)
    {
        string[] suffixes = ["_bucket", "_count", "_sum"];
        return suffixes.FirstOrDefault(s => metric.Length > s.Length && metric.EndsWith(s, StringComparison.Ordinal));
    }

    private string Write(string name, params LabelMatcher[] more) =>
        SelectorText.Of(name, matchers.Concat(more));
}
