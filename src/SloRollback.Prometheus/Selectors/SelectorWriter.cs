using System.Text;

namespace SloRollback.Prometheus.Selectors;

/// <summary>
/// Writes vector selectors. Every value is quoted and escaped here and nowhere else, so that whatever a value holds, what is written
/// reads back as exactly that matcher and nothing more.
/// </summary>
internal static class SelectorWriter
{
    /// <summary>The selector as text; the metric's name stands before the braces where the notation of every version allows it.</summary>
    public static string Write(VectorSelector selector)
    {
        var name = selector.MetricName;
        var isPlain = name is not null && IsName(name, isMetric: true);
        var text = new StringBuilder(isPlain ? name : "");
        var parts = new List<string>(selector.Matchers.Length);
        if (name is not null && !isPlain)
            parts.Add(PromQlString.Quote(name));

        foreach (var matcher in selector.Matchers)
        {
            if (matcher is not { Label: VectorSelector.NameLabel, Operator: MatchOperator.Equal })
                parts.Add(Write(matcher));
        }

        if (parts.Count > 0)
            text.Append('{').AppendJoin(',', parts).Append('}');

        return text.ToString();
    }

    /// <summary>A pattern that matches exactly one text.</summary>
    public static string Literally(string value)
    {
        var pattern = new StringBuilder(value.Length + 4);
        foreach (var c in value)
        {
            if (@"\.+*?()|[]{}^$".Contains(c, StringComparison.Ordinal))
                pattern.Append('\\');
            pattern.Append(c);
        }

        return pattern.ToString();
    }

    private static string Write(LabelMatcher matcher)
    {
        var label = IsName(matcher.Label, isMetric: false) ? matcher.Label : PromQlString.Quote(matcher.Label);
        return label + Sign(matcher.Operator) + PromQlString.Quote(matcher.Value);
    }

    private static string Sign(MatchOperator @operator) => @operator switch
    {
        MatchOperator.Equal => "=",
        MatchOperator.NotEqual => "!=",
        MatchOperator.Matches => "=~",
        _ => "!~",
    };

    private static bool IsName(string text, bool isMetric) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_' || (isMetric && c == ':'));
}
