using SloRollback.Prometheus.Selectors;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Selectors;

/// <summary>What is written reads back as exactly that: no value is a way out of its matcher.</summary>
public sealed class SelectorTextTests
{
    private static readonly string[] Pieces = ["\"", "\\", "'", "`", "}", "{", ",", "=~", "or up", "\n", "\r", "\0", "\t", "\\n", "$window", "[5m]", "é", "😀", "\u2028", "\ufffd", " ", "a", "5.."];

    [SeedProperty(MaxTest = 2000)]
    public void Any_selector_reads_back_as_itself(int seed)
    {
        var random = new Random(seed);
        var name = random.Next(3) == 0 ? "x" + Text(random) : "http_requests_total";
        var written = new VectorSelector(
        [
            new LabelMatcher(VectorSelector.NameLabel, MatchOperator.Equal, name, 0),
            .. Enumerable.Range(0, random.Next(4)).Select(_ => new LabelMatcher(
                random.Next(4) == 0 ? "l" + Text(random) : "label_1",
                (MatchOperator)random.Next(4),
                Text(random),
                0)),
        ]);

        var text = SelectorText.Of(written.Matchers.Select(m => new SeriesMatcher(m.Label, m.Operator, m.Value)));
        Assert.True(VectorSelectorParser.TryParse(text, out var read, out var error), $"{text}: {error}");
        Assert.Equal(written.Matchers, read.Matchers.Select(m => m with { Position = 0 }));
    }

    [SeedProperty(MaxTest = 2000)]
    public void A_literal_pattern_matches_its_text_and_nothing_else(int seed)
    {
        var random = new Random(seed);
        var (text, other) = (Text(random), Text(random));
        Assert.True(Re2Pattern.TryCreate(SelectorText.Pattern(text), out var pattern, out var problem), problem);
        Assert.Matches(pattern, text);
        Assert.Equal(text == other, pattern.IsMatch(other));
    }

    [Theory]
    [InlineData("a{b=\"\\u000a\"}", "a", "\n")]
    [InlineData("a{b=\"\\\"\\\\\"}", "a", "\"\\")]
    [InlineData("{__name__=\"a.b\",b=\"c\"}", "a.b", "c")]
    [InlineData("{__name__=\"\",b=\"c\"}", "", "c")]
    public void What_must_be_escaped_is(string expected, string name, string value) => Assert.Equal(
        expected,
        SelectorText.Of(name, [new LabelMatcher("b", MatchOperator.Equal, value, 0)]));

    [Fact]
    public void A_lone_surrogate_becomes_what_the_server_would_see() => Assert.Equal("\"\ufffd\"", PromQlString.Quote(((char)0xd800).ToString()));

    private static string Text(Random random) => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => Pieces[random.Next(Pieces.Length)]));
}
