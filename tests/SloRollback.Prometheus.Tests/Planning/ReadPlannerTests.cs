using FsCheck.Xunit;
using SloRollback.Prometheus.Planning;
using SloRollback.Prometheus.Scraping;
using SloRollback.Prometheus.Selectors;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Planning;

/// <summary>What is read together, and that nothing is lost or mixed up by it.</summary>
public sealed class ReadPlannerTests
{
    [Fact]
    public void Indicators_of_one_metric_that_differ_in_a_value_are_one_read()
    {
        var plan = Plan([.. Enumerable.Range(0, 100).Select(i => ($"http_requests_total{{service=\"s{i:00}\",code=~\"5..\"}}", $"http_requests_total{{service=\"s{i:00}\"}}"))]);
        var read = Assert.Single(plan.Reads);
        Assert.Equal(200, read.Selectors.Length);
        Assert.StartsWith("http_requests_total{service=~\"s00|s01|s02|", read.Selector, StringComparison.Ordinal);
        Assert.Equal(["code", "service"], read.Labels);
    }

    [Theory]
    [InlineData("m{code=~\"5..\"}", "m", "m")]
    [InlineData("m{job=\"a\",code!~\"5..\"}", "m{code=~\"5..\",job=\"a\"}", "m{job=\"a\"}")]
    [InlineData("m_bucket{le=\"0.25\"}", "m_bucket{le=\"+Inf\"}", "m_bucket{le=~\"\\\\+Inf|0\\\\.25\"}")]
    [InlineData("m{a=~\"x|y\"}", "m{a=\"z.\"}", "m{a=~\"z\\\\.|(?:x|y)\"}")]
    [InlineData("m{a=\"1\",b=\"2\"}", "m{a=\"1\",b=\"3\",c=\"4\"}", "m{a=\"1\",b=\"2\"}", "m{a=\"1\",b=\"3\",c=\"4\"}")]
    [InlineData("good_total", "valid_total", "good_total", "valid_total")]
    [InlineData("{__name__=~\"m|n\",code=\"500\"}", "{__name__=~\"m|n\"}", "{__name__=~\"m|n\",code=\"500\"}", "{__name__=~\"m|n\"}")]
    public void The_two_selectors_of_an_indicator_are_read_as_one_when_that_is_hardly_more(string first, string second, params string[] reads) =>
        Assert.Equal(reads.Order(StringComparer.Ordinal), Plan((first, second)).Reads.Select(r => r.Selector));

    [Fact]
    public void What_another_read_holds_is_taken_from_it()
    {
        var plan = Plan(("m{job=\"a\",code=~\"5..\"}", "m{job=\"a\"}"), ("m{job=\"a\",route=\"/pay\",code=~\"5..\"}", "m{job=\"a\",route=\"/pay\"}"));
        Assert.Equal(["m{job=\"a\"}"], plan.Reads.Select(r => r.Selector));
    }

    [Fact]
    public void Two_labels_that_differ_are_not_read_as_all_pairs_of_their_values()
    {
        var diagonal = Plan([.. Enumerable.Range(0, 10).Select(i => ($"m{{a=\"a{i}\",b=\"b{i}\",code=\"500\"}}", $"m{{a=\"a{i}\",b=\"b{i}\"}}"))]);
        Assert.Equal(10, diagonal.Reads.Length);

        var all = Plan([.. Enumerable.Range(0, 20).Select(i => ($"m{{a=\"a{i / 5}\",b=\"b{i % 5}\",code=\"500\"}}", $"m{{a=\"a{i / 5}\",b=\"b{i % 5}\"}}"))]);
        Assert.Single(all.Reads);
    }

    [Fact]
    public void No_read_serves_more_selectors_than_it_may()
    {
        var pairs = Enumerable.Range(0, 10).Select(i => ($"m{{s=\"{i}\",code=\"500\"}}", $"m{{s=\"{i}\"}}")).ToArray();
        var plan = Plan(6, pairs);
        Assert.Equal([2, 6, 6, 6], plan.Reads.Select(r => r.Selectors.Length).Order());
    }

    [SeedProperty(MaxTest = 500)]
    public void Every_selector_gets_its_series_and_no_others(int seed)
    {
        var random = new Random(seed);
        var pairs = Enumerable.Range(0, random.Next(1, 12)).Select(_ => (Selector(random), Selector(random))).ToArray();
        var plan = Plan(random.Next(2, 20), pairs);
        var indices = plan.Reads.Select(r => new SelectorIndex(r)).ToArray();
        var unions = plan.Reads.Select(r => SelectorMatcher.Create(r.Selector, out var error) ?? throw new InvalidOperationException($"{r.Selector}: {error}")).ToArray();

        for (var n = 0; n < 40; n++)
        {
            var series = Series(random);
            for (var i = 0; i < pairs.Length; i++)
            {
                foreach (var (text, slot) in new[] { (pairs[i].Item1, plan.Pairs[i].First), (pairs[i].Item2, plan.Pairs[i].Second) })
                {
                    var isMatch = SelectorMatcher.Create(text, out _)!.IsMatch(series);
                    var isRead = unions[slot.Read].IsMatch(series);
                    Assert.True(isRead || !isMatch, $"{text} lacks a series that {plan.Reads[slot.Read].Selector} does not read");
                    Assert.Equal(text, plan.Reads[slot.Read].Selectors[slot.Selector].Text);
                    if (isRead)
                        Assert.Equal(isMatch, indices[slot.Read].Find(series).Contains(slot.Selector));
                }
            }
        }
    }

    [SeedProperty(MaxTest = 300)]
    public void Halves_serve_what_the_whole_does(int seed)
    {
        var random = new Random(seed);
        var plan = Plan([.. Enumerable.Range(0, 5).Select(_ => (Selector(random), Selector(random)))]);
        foreach (var read in plan.Reads)
        {
            if (read.Split() is not var (first, second))
                continue;

            Assert.Equal(read.Selectors.Select(s => s.Text), first.Selectors.Concat(second.Selectors).Select(s => s.Text));
            var (whole, one, other) = (SelectorMatcher.Create(read.Selector, out _)!, SelectorMatcher.Create(first.Selector, out _)!, SelectorMatcher.Create(second.Selector, out _)!);
            for (var n = 0; n < 20; n++)
            {
                var series = Series(random);
                Assert.True(whole.IsMatch(series) || !(one.IsMatch(series) || other.IsMatch(series)));
                Assert.All(first.Selectors, s => Assert.True(one.IsMatch(series) || !s.Matcher!.IsMatch(series)));
            }
        }
    }

    [Property(MaxTest = 500)]
    public void No_value_breaks_out_of_its_matcher(string value)
    {
        // An unpaired surrogate cannot be sent as UTF-8.
        var text = string.Concat((value ?? "").EnumerateRunes().Select(r => r.ToString()));
        var selector = SelectorText.Of([new("__name__", MatchOperator.Equal, "m"), new("a", MatchOperator.Equal, text), new("b", MatchOperator.Matches, SelectorText.Pattern(text))]);
        Assert.True(VectorSelectorParser.TryParse(selector, out var parsed, out var error), $"{selector}: {error}");
        Assert.Equal(text, parsed.Matchers[1].Value);
        Assert.True(Re2Pattern.TryCreate(parsed.Matchers[2].Value, out var pattern, out var problem), problem);
        Assert.Matches(pattern, text);
    }

    private static ReadPlan Plan(params (string First, string Second)[] pairs) => Plan(1000, pairs);

    private static ReadPlan Plan(int maximumSelectors, params (string First, string Second)[] pairs) =>
        ReadPlanner.Plan([.. pairs.Select(p => new SelectorPair(p.First, p.Second))], maximumSelectors);

    private static string Selector(Random random)
    {
        var matchers = new List<string>();
        foreach (var label in new[] { "a", "b", "c" })
        {
            for (var i = random.Next(6) switch { 0 or 1 => 0, 5 => 2, _ => 1 }; i > 0; i--)
                matchers.Add(label + random.Next(6) switch { 0 => "=~\"x|y\"", 1 => "!=\"x\"", 2 => "!~\"y.*\"", 3 => "=\"\"", _ => $"=\"{"xyz"[random.Next(3)]}\"" });
        }

        var name = random.Next(8) == 0 ? "{__name__=~\"m|n\"" : "mn"[random.Next(2)] + "{";
        return name + (name.Length > 2 && matchers.Count > 0 ? "," : "") + string.Join(',', matchers) + "}";
    }

    private static LabelSet Series(Random random) =>
        new([("__name__", "mn"[random.Next(2)].ToString()), .. "abcd".Select(l => (l.ToString(), random.Next(4) == 0 ? "" : "xyz"[random.Next(3)].ToString()))]);
}
