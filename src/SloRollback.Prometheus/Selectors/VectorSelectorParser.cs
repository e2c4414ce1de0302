using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace SloRollback.Prometheus.Selectors;

/// <summary>
/// Reads a PromQL vector selector, and nothing else: no function, range, offset, comment. What parses here can be followed by a
/// range in a query, and nothing in it can break out of its matchers.
/// </summary>
internal sealed class VectorSelectorParser
{
    private const string OnlySelector = "only a vector selector is understood here, such as http_requests_total{code=~\"5..\"}";

    private readonly string text;
    private readonly ImmutableArray<LabelMatcher>.Builder matchers = ImmutableArray.CreateBuilder<LabelMatcher>();
    private SelectorError? error;
    private int at;

    private VectorSelectorParser(string text) => this.text = text;

    public static bool TryParse(string text, [NotNullWhen(true)] out VectorSelector? selector, [NotNullWhen(false)] out SelectorError? error)
    {
        var parser = new VectorSelectorParser(text);
        parser.Selector();
        error = parser.error;
        selector = error is null ? new VectorSelector(parser.matchers.ToImmutable()) : null;
        return selector is not null;
    }

    private void Selector()
    {
        SkipWhitespace();
        if (at == text.Length)
        {
            Fail("the selector is empty");
            return;
        }

        if (IsNameStart(Peek(), isMetric: true))
            AddName(at + 1, Name(isMetric: true));

        SkipWhitespace();
        if (Peek() == '{')
            Matchers();

        SkipWhitespace();
        if (error is null && at < text.Length)
            Fail(OnlySelector);
        if (error is null && matchers.Count == 0)
            Fail("at least one matcher is needed");
        if (error is null && matchers.All(m => m.Value.Length == 0 && m.Operator is MatchOperator.Equal or MatchOperator.Matches))
            Fail("at least one matcher must not match an empty value");
    }

    private void Matchers()
    {
        at++;
        SkipWhitespace();
        while (error is null && Peek() != '}')
        {
            Matcher();
            SkipWhitespace();
            if (error is null && Peek() == ',')
                at++;
            else if (error is null && Peek() != '}')
                Fail(at == text.Length ? "the closing } is missing" : "expected , or }");
            SkipWhitespace();
        }

        at++;
    }

    private void Matcher()
    {
        var start = at + 1;
        string? label;
        var isQuoted = IsQuote(Peek());
        if (isQuoted)
            label = Text();
        else if (IsNameStart(Peek(), isMetric: false))
            label = Name(isMetric: false);
        else
            label = Fail(at == text.Length ? "the closing } is missing" : "expected the name of a label");

        SkipWhitespace();
        if (label is null)
            return;

        // A quoted text alone is a metric's name in the notation for names beyond [a-zA-Z0-9_:].
        if (isQuoted && Peek() is ',' or '}')
        {
            AddName(start, label);
            return;
        }

        if (Operator() is not { } @operator)
            return;

        SkipWhitespace();
        var position = at + 1;
        if (!IsQuote(Peek()))
            Fail("expected a quoted value");
        else if (Text() is { } value)
        {
            if (label is VectorSelector.NameLabel && @operator == MatchOperator.Equal)
                AddName(position, value);
            else
                matchers.Add(new LabelMatcher(label, @operator, value, position));
        }
    }

    private void AddName(int position, string name)
    {
        if (matchers.Any(m => m is { Label: VectorSelector.NameLabel, Operator: MatchOperator.Equal }))
            error ??= new SelectorError(position, "the metric's name is given twice");
        else
            matchers.Add(new LabelMatcher(VectorSelector.NameLabel, MatchOperator.Equal, name, position));
    }

    private MatchOperator? Operator()
    {
        MatchOperator? found = (Peek(), Peek(1)) switch
        {
            ('=', '~') => MatchOperator.Matches,
            ('!', '~') => MatchOperator.DoesNotMatch,
            ('!', '=') => MatchOperator.NotEqual,
            ('=', _) => MatchOperator.Equal,
            _ => null,
        };

        if (found is null)
            Fail("expected =, !=, =~ or !~");

        at += found is MatchOperator.Equal ? 1 : 2;
        return found;
    }

    private string? Text()
    {
        var start = at;
        var end = PromQlString.FindEnd(text, start);
        if (end < 0)
            return Fail("the closing quote is missing");

        at = end;
        if (PromQlString.TryUnquote(text.AsSpan(start, end - start), out var value, out var wrong))
            return value;

        at = start + wrong;
        return Fail("this escape sequence is not known");
    }

    private string Name(bool isMetric)
    {
        var start = at;
        while (IsNameStart(Peek(), isMetric) || char.IsAsciiDigit(Peek()))
            at++;

        return text[start..at];
    }

    private string? Fail(string message)
    {
        error ??= new SelectorError(Math.Min(at, text.Length) + 1, message);
        return null;
    }

    private void SkipWhitespace()
    {
        while (Peek() is ' ' or '\t' or '\n' or '\r')
            at++;
    }

    private char Peek(int ahead = 0) => at + ahead < text.Length ? text[at + ahead] : '\0';

    private static bool IsQuote(char c) => c is '"' or '\'' or '`';

    private static bool IsNameStart(char c, bool isMetric) => char.IsAsciiLetter(c) || c == '_' || (isMetric && c == ':');
}
