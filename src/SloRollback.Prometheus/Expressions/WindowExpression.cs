using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus.Expressions;

/// <summary>
/// Any PromQL, in which <c>$window</c> stands for the length of the step it is evaluated for. It is sent as it is written, alone, so
/// that there is nothing to break out of; what cannot be PromQL (an open string or bracket, another variable) is refused with its position.
/// </summary>
internal sealed record WindowExpression
{
    public const string Variable = "$window";

    private readonly string text;
    private readonly int[] places;

    private WindowExpression(string text, int[] places) => (this.text, this.places) = (text, places);

    /// <summary>Does the result depend on the step's length?</summary>
    public bool HasWindow => places.Length > 0;

    /// <summary>Is <c>$window</c> written anywhere, be it where it may not be?</summary>
    public static bool Mentions(string text) => text.Contains(Variable, StringComparison.Ordinal);

    public static bool TryParse(string text, [NotNullWhen(true)] out WindowExpression? expression, [NotNullWhen(false)] out SelectorError? error)
    {
        var found = new List<int>();
        error = Scan(text, found);
        expression = error is null ? new WindowExpression(text, [.. found]) : null;
        return expression is not null;
    }

    /// <summary>The expression for steps of a length in milliseconds.</summary>
    public string For(long step)
    {
        if (!HasWindow)
            return text;

        var length = Length(step);
        var result = new StringBuilder(text.Length + 8);
        var from = 0;
        foreach (var place in places)
        {
            result.Append(text, from, place - from).Append(length);
            from = place + Variable.Length;
        }

        return result.Append(text, from, text.Length - from).ToString();
    }

    public bool Equals(WindowExpression? other) => other is not null && string.Equals(text, other.text, StringComparison.Ordinal);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(text);

    public override string ToString() => text;

    private static string Length(long step) =>
        step % 1000 == 0 ? string.Create(CultureInfo.InvariantCulture, $"{step / 1000}s") : string.Create(CultureInfo.InvariantCulture, $"{step}ms");

    private static SelectorError? Scan(string text, List<int> found)
    {
        var open = new Stack<int>();
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '"' or '\'' or '`':
                    var end = PromQlString.FindEnd(text, at);
                    if (end < 0)
                        return new SelectorError(at + 1, "this quote is not closed");
                    if (text.IndexOf(Variable, at, end - at, StringComparison.Ordinal) is var inside and >= 0)
                        return new SelectorError(inside + 1, $"{Variable} inside a string is text and would stand for nothing");

                    at = end - 1;
                    break;
                case '#':
                    return new SelectorError(at + 1, "comments are not understood here");
                case '$':
                    if (!IsVariable(text, at))
                        return new SelectorError(at + 1, $"{Variable} is the only variable here");

                    found.Add(at);
                    break;
                case var c when "([{".Contains(c, StringComparison.Ordinal):
                    open.Push(at);
                    break;
                case var c when ")]}".Contains(c, StringComparison.Ordinal):
                    if (!open.TryPop(out var opening) || "([{"[")]}".IndexOf(c, StringComparison.Ordinal)] != text[opening])
                        return new SelectorError(at + 1, $"this {c} closes nothing");
                    break;
            }
        }

        if (open.TryPop(out var unclosed))
            return new SelectorError(unclosed + 1, $"this {text[unclosed]} is not closed");

        return string.IsNullOrWhiteSpace(text) ? new SelectorError(text.Length + 1, "the expression is empty") : null;
    }

    private static bool IsVariable(string text, int at)
    {
        var end = at + Variable.Length;
        return text.AsSpan(at).StartsWith(Variable, StringComparison.Ordinal)
            && (end == text.Length || !(char.IsLetterOrDigit(text[end]) || text[end] == '_'));
    }
}
