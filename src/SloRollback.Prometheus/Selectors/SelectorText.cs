using System.Text;

namespace SloRollback.Prometheus.Selectors;

/// <summary>Writes matchers as PromQL that every version reads. Whatever a value holds, it stays inside its quotes.</summary>
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

    /// <summary>A quoted string.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                quoted.Append('\\').Append(c);
            else if (char.IsControl(c))
                quoted.Append("\\u").Append(((int)c).ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
            else
                quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }

    private static string Of(SeriesMatcher matcher) => LabelName(matcher.Label) + matcher.Operator switch
    {
        MatchOperator.NotEqual => "!=",
        MatchOperator.Matches => "=~",
        MatchOperator.DoesNotMatch => "!~",
        _ => "=",
    } + Quote(matcher.Value);

    // Since Prometheus 3 a label's name may be any text, in quotes.
    private static string LabelName(string name) => IsName(name) && !name.Contains(':', StringComparison.Ordinal) ? name : Quote(name);

    private static bool IsName(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ':');
}
