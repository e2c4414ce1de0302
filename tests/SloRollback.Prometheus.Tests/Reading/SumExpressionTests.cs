using SloRollback.Prometheus.Planning;
using SloRollback.Prometheus.Reading;
using SloRollback.Prometheus.Scraping;
using SloRollback.Prometheus.Selectors;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Reading;

/// <summary>Nothing from configuration can break out of the sums that the server is asked for.</summary>
public sealed class SumExpressionTests
{
    private const string Nasty = "ab_1:\"'\\`(){}[]., =~\n\u00e9\ud83d";

    [SeedProperty]
    public void Whatever_a_labels_name_is_it_is_one_label_of_one_sum(int seed)
    {
        var random = new Random(seed);
        string[] names = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => Nasty[random.Next(Nasty.Length)])))];
        var selector = SelectorText.Of(names.Select(n => new SeriesMatcher(n, MatchOperator.Equal, "x")).Prepend(new("__name__", MatchOperator.Equal, "m")));
        var read = ReadPlanner.Plan([new SelectorPair(selector, selector)], 1000).Reads.Single();
        var text = SumExpression.Exact(60_000, 15_000, 300_000).Text(read);

        const string Begin = "sum by (";
        Assert.StartsWith(Begin, text, StringComparison.Ordinal);
        Assert.Equal(read.Labels, Labels(text, Begin.Length, out var end));
        Assert.StartsWith(") (((", text[end..], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"http.requests\",\"http.route\"=\"/pay\"}", "sum by (\"http.route\") (")]
    [InlineData("{\"m\",\"a) (vector(1)) or sum by (b\"=\"x\"}", "sum by (\"a) (vector(1)) or sum by (b\") (")]
    [InlineData("m{b=\"1\",a=\"2\"}", "sum by (a,b) (")]
    public void Names_beyond_the_old_letters_are_quoted(string selector, string expected) => Assert.StartsWith(
        expected, SumExpression.Exact(60_000, 15_000, 300_000).Text(ReadPlanner.Plan([new SelectorPair(selector, selector)], 1000).Reads.Single()), StringComparison.Ordinal);

    [Fact]
    public void Instances_of_unknown_targets_are_these_and_no_others()
    {
        string[] odd = ["a\"b", "x\ny", "10.0.0.1:80|.*", "", "[::1]:80", "\\d+", "a\\", "$^"];
        var plan = ReadPlanner.Plan([new SelectorPair("m", "m")], 1000);
        var text = (SumExpression.Exact(60_000, 15_000, 300_000) with { Unknown = odd }).Text(plan.Reads.Single());
        var from = text.IndexOf("up{", StringComparison.Ordinal);
        var end = PromQlString.FindEnd(text, text.IndexOf('"', from)) + 1;
        var matcher = SelectorMatcher.Create(text[from..end], out var error);
        Assert.True(matcher is not null, error?.ToString());
        Assert.All(odd, instance => Assert.True(matcher.IsMatch(new LabelSet([("__name__", "up"), ("instance", instance)])), instance));
        Assert.All(["a", "10x0.0.1:80", "5", "zzz"], instance => Assert.False(matcher.IsMatch(new LabelSet([("__name__", "up"), ("instance", instance)])), instance));
    }

    // Names and strings, with commas in between, up to what is neither.
    private static List<string> Labels(string text, int start, out int end)
    {
        var labels = new List<string>();
        for (end = start; ; end++)
        {
            var from = end;
            if (text[from] == '"')
            {
                end = PromQlString.FindEnd(text, from);
                Assert.True(PromQlString.TryUnquote(text.AsSpan(from, end - from), out var name, out _));
                labels.Add(name);
            }
            else
            {
                while (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')
                    end++;
                labels.Add(text[from..end]);
            }

            if (text[end] != ',')
                return labels;
        }
    }
}
