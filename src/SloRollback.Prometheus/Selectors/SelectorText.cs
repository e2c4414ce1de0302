using System.Text;

namespace SloRollback.Prometheus.Selectors;

/// <summary>
/// Writes matchers as PromQL that every version reads. Every value is quoted and escaped here and nowhere else, so that whatever it
/// holds, what is written reads back as exactly that matcher and nothing more.
/// </summary>
internal static class SelectorText
{
    private const string Metacharacters = @"\.+*?()|[]{}^$";

    /// <summary>A vector selector.</summary>
    public static string Of(IEnumerable<SeriesMatcher> matchers)
    {
        var text = new StringBuilder();
        var isNamed = false;
        var parts = new List<string>();
        foreach (var matcher in matchers)
        {
            if (!isNamed && matcher is { Label: VectorSelector.NameLabel, Operator: MatchOperator.Equal } && IsName(matcher.Value))
            {
                text.Append(matcher.Value);
                isNamed = true;
            }
            else
            {
                parts.Add(Of(matcher));
            }
        }

        return parts.Count == 0 ? text.ToString() : text.Append('{').AppendJoin(',', parts).Append('}').ToString();
    }

    /// <summary>The vector selector of a metric.</summary>
    public static string Of(string metric, IEnumerable<LabelMatcher> matchers) =>
        Of(matchers.Select(m => new SeriesMatcher(m.Label, m.Operator, m.Value)).Prepend(new(VectorSelector.NameLabel, MatchOperator.Equal, metric)));

    /// <summary>A pattern that matches a text and nothing else.</summary>
    public static string Pattern(string text)
    {
        var pattern = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (Metacharacters.Contains(c, StringComparison.Ordinal))
                pattern.Append('\\');
            pattern.Append(c);
        }

        return pattern.ToString();
    }

    /// <summary>A label's name. Since Prometheus 3 it may be any text, in quotes.</summary>
    public static string LabelName(string name) => IsName(name) && !name.Contains(':', StringComparison.Ordinal) ? name : PromQlString.Quote(name);

    private static string Of(SeriesMatcher matcher) => LabelName(matcher.Label) + matcher.Operator switch
    {
        MatchOperator.NotEqual => "!=",
        MatchOperator.Matches => "=~",
        MatchOperator.DoesNotMatch => "!~",
        _ => "=",
    } + PromQlString.Quote(matcher.Value);

    private static bool IsName(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ':');
}
