using SloRollback.Prometheus.Scraping;
using SloRollback.Prometheus.Selectors;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Selectors;

/// <summary>What is a vector selector, what is not, and what it matches.</summary>
public sealed class VectorSelectorParserTests
{
    private const string Only = "only a vector selector is understood here";

    [Theory]
    [InlineData("http_requests_total", "__name__=http_requests_total")]
    [InlineData(" job:rate5m:sum ", "__name__=job:rate5m:sum")]
    [InlineData("a{}", "__name__=a")]
    [InlineData("a{code=\"500\"}", "__name__=a code=500")]
    [InlineData("a { code = '5\"0' , x!=`\\n` , }", "__name__=a code=5\"0 x!=\\n")]
    [InlineData("a{code=~\"5..\",x!~'a|b'}", "__name__=a code=~5.. x!~a|b")]
    [InlineData("{__name__=\"a\"}", "__name__=a")]
    [InlineData("{__name__=~\"a.*\"}", "__name__=~a.*")]
    [InlineData("{\"http.requests\", \"service.name\"=\"shop\"}", "__name__=http.requests service.name=shop")]
    [InlineData("a{x=\"\\\\\\\"\\n\\t\\u00e9\\xc3\\xa9\\303\\251\\U0001F600\"}", "__name__=a x=\\\"\n\tééé😀")]
    [InlineData("a{x='\\''}", "__name__=a x='")]
    public void A_selector_is_read(string text, string expected)
    {
        Assert.True(VectorSelectorParser.TryParse(text, out var selector, out var error), error?.ToString());
        Assert.Equal(expected, string.Join(' ', selector.Matchers.Select(m => m.Label + Sign(m.Operator) + m.Value)));
    }

    [Theory]
    [InlineData("", 1, "empty")]
    [InlineData("  ", 3, "empty")]
    [InlineData("rate(x[5m])", 5, Only)]
    [InlineData("a[5m]", 2, Only)]
    [InlineData("a offset 5m", 3, Only)]
    [InlineData("a @ 5", 3, Only)]
    [InlineData("a + b", 3, Only)]
    [InlineData("a{x=\"1\"} or b", 10, Only)]
    [InlineData("a # comment", 3, Only)]
    [InlineData("(a)", 1, Only)]
    [InlineData("5", 1, Only)]
    [InlineData("a{x=\"1\"", 8, "the closing } is missing")]
    [InlineData("a{", 3, "the closing } is missing")]
    [InlineData("a{x}", 4, "expected =, !=, =~ or !~")]
    [InlineData("a{x>\"1\"}", 4, "expected =, !=, =~ or !~")]
    [InlineData("a{x=1}", 5, "expected a quoted value")]
    [InlineData("a{x=\"1}", 5, "the closing quote is missing")]
    [InlineData("a{x=\"1\n\"}", 5, "the closing quote is missing")]
    [InlineData("a{x=\"\\q\"}", 6, "escape")]
    [InlineData("a{x=\"\\'\"}", 6, "escape")]
    [InlineData("a{x=\"\\ud800\"}", 6, "escape")]
    [InlineData("a{x=\"\\400\"}", 6, "escape")]
    [InlineData("a{,}", 3, "expected the name of a label")]
    [InlineData("a{x=\"1\" y=\"2\"}", 9, "expected , or }")]
    [InlineData("a{job:x=\"1\"}", 6, "expected =, !=, =~ or !~")]
    [InlineData("a{__name__=\"b\"}", 12, "given twice")]
    [InlineData("{}", 3, "at least one matcher")]
    [InlineData("{x=\"\"}", 7, "must not match an empty value")]
    public void What_is_no_selector_is_told_with_its_position(string text, int position, string message)
    {
        Assert.False(VectorSelectorParser.TryParse(text, out _, out var error));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(position, error.Position);
    }

    [Theory]
    [InlineData("a{code=~\"5..\"}", true)]
    [InlineData("a{code=~\"5.\"}", false)]
    [InlineData("a{code=~\"00\"}", false)]
    [InlineData("a{code!~\"4..|3..\"}", true)]
    [InlineData("a{code!=\"500\"}", false)]
    [InlineData("a{missing=\"\"}", true)]
    [InlineData("a{missing!=\"\"}", false)]
    [InlineData("a{missing=~\".*\"}", true)]
    [InlineData("a{missing=~\".+\"}", false)]
    [InlineData("{__name__=~\"a|b\",code=\"500\"}", true)]
    [InlineData("b{code=\"500\"}", false)]
    [InlineData("a{path=~\"/shop/\\\\d+\"}", true)]
    [InlineData("a{path=~\"(?i)/SHOP/.*\"}", true)]
    [InlineData("a{path=~\"/shop/42$\"}", true)]
    public void A_selector_matches_as_prometheus_does(string text, bool expected)
    {
        var labels = new LabelSet([("__name__", "a"), ("code", "500"), ("path", "/shop/42")]);
        Assert.Equal(expected, SelectorMatcher.Create(text, out var error)?.IsMatch(labels) ?? throw new InvalidOperationException(error!.ToString()));
    }

    [Theory]
    [InlineData(@"\d+", "٣", false)]
    [InlineData(@"\w+", "é", false)]
    [InlineData(@"[\w-]+", "a-b", true)]
    [InlineData(@"\D", "é", true)]
    [InlineData("[a-z-[aeiou]", "[", true)]
    [InlineData("[]a]+", "]a", true)]
    [InlineData("[^]]", "]", false)]
    [InlineData("(?P<n>a)", "a", true)]
    [InlineData("a.b", "a\nb", true)]
    [InlineData("a", "a\n", false)]
    [InlineData("a|ab", "ab", true)]
    public void Patterns_mean_what_they_mean_in_re2(string pattern, string value, bool expected)
    {
        Assert.True(Re2Pattern.TryCreate(pattern, out var regex, out var problem), problem);
        Assert.Equal(expected, regex.IsMatch(value));
    }

    [Theory]
    [InlineData("(")]
    [InlineData("a)(b")]
    [InlineData("a**")]
    [InlineData("(?=a)")]
    [InlineData("(?<!a)b")]
    [InlineData("(?>a)")]
    [InlineData("(?x)a b")]
    [InlineData(@"(a)\1")]
    [InlineData("[[:alpha:]]")]
    [InlineData(@"\Qa.b\E")]
    [InlineData(@"\bword")]
    [InlineData(@"[\D]")]
    [InlineData(@"\x{41}")]
    [InlineData("[a")]
    [InlineData("a\\")]
    public void Patterns_that_would_be_read_as_something_else_are_refused(string pattern)
    {
        Assert.False(Re2Pattern.TryCreate(pattern, out _, out var problem));
        Assert.NotEmpty(problem);
    }

    [SeedProperty(MaxTest = 3000)]
    public void A_mutilated_selector_is_read_or_refused_and_stays_inside_its_text(int seed)
    {
        var text = Mutations.Of("http_requests_total{code=~\"5..\",path!='/a\\n\\x41',`x`=\"[a-z]+(b|c)\\\\d\"}", new Random(seed));
        if (VectorSelectorParser.TryParse(text, out var selector, out var error))
            Assert.NotEmpty(selector.Matchers);
        else
            Assert.InRange(error.Position, 1, text.Length + 1);

        // Whatever it is, it can be made to match, or be refused.
        SelectorMatcher.Create(text, out _)?.IsMatch(new LabelSet([("__name__", "a")]));
    }

    private static string Sign(MatchOperator @operator) => @operator switch
    {
        MatchOperator.Equal => "=",
        MatchOperator.NotEqual => "!=",
        MatchOperator.Matches => "=~",
        _ => "!~",
    };
}
