using FsCheck.Xunit;
using SloRollback.Prometheus.Scraping;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Scraping;

/// <summary>Pages of metrics, whole and mutilated.</summary>
public sealed class ExpositionParserTests
{
    private const string Page = """
        # HELP http_requests_total The total number of HTTP requests.
        # TYPE http_requests_total counter
        http_requests_total{method="post",code="200"} 1027 1395066363000
        http_requests_total{method="post",code="400",} 3

        msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\""} 1.458255915e9
        metric_without_timestamp_and_labels 12.47
        something_weird{problem="division by zero"} +Inf -3982045
         spaced	{ a = "b" , c="" }	NaN	
        http_request_duration_seconds_bucket{le="+Inf"} 144320
        """;

    private const string OpenMetrics = """
        # TYPE foo counter
        # UNIT foo seconds
        foo_total{a="b"} 17.0 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67 1520879607.7
        foo_created{a="b"} 1520872607.123
        {"utf8.name","some label"="x"} 1
        # EOF
        what follows is not ours
        """;

    [Fact]
    public void The_plain_format_is_read()
    {
        Assert.True(ExpositionParser.TryParse(Page, out var samples, out var problem), problem);
        Assert.Equal([1027, 3, 1.458255915e9, 12.47, double.PositiveInfinity, double.NaN, 144320], samples.Select(s => s.Value));
        Assert.Equal(new LabelSet([("code", "200"), ("__name__", "http_requests_total"), ("method", "post")]), samples[0].Labels);
        Assert.Equal(@"C:\DIR\FILE.TXT", samples[2].Labels["path"]);
        Assert.Equal("Cannot find file:\n\"FILE.TXT\"", samples[2].Labels["error"]);
        Assert.Equal(new LabelSet([("__name__", "spaced"), ("a", "b")]), samples[5].Labels);
    }

    [Fact]
    public void Openmetrics_is_read_to_its_end()
    {
        Assert.True(ExpositionParser.TryParse(OpenMetrics.ReplaceLineEndings("\r\n"), out var samples, out var problem), problem);
        Assert.Equal(["foo_total", "foo_created", "utf8.name"], samples.Select(s => s.Labels.Name));
        Assert.Equal("x", samples[2].Labels["some label"]);
    }

    [Theory]
    [InlineData("<!doctype html>", "line 1: this character")]
    [InlineData("a 1\nb", "line 2: a number")]
    [InlineData("a{b=\"c\"", "line 1: , or }")]
    [InlineData("a{b=\"c} 1", "line 1: a label's value")]
    [InlineData("a{b=c} 1", "line 1: a label's value")]
    [InlineData("a{1=\"c\"} 1", "line 1: a label's name")]
    [InlineData("a{b=\"1\",b=\"2\"} 1", "line 1: a label is given twice")]
    [InlineData("a one", "line 1: a number")]
    [InlineData("a 1 noon", "line 1: a timestamp")]
    [InlineData("a 1 2 3", "line 1: the line should have ended")]
    [InlineData("a-1", "line 1: this character")]
    [InlineData("a Infinity", "line 1: a number")]
    [InlineData("{a=\"b\"} 1", "line 1: a metric's name")]
    public void A_fault_is_told_with_its_line(string page, string problem)
    {
        Assert.False(ExpositionParser.TryParse(page, out _, out var told));
        Assert.StartsWith(problem, told, StringComparison.Ordinal);
    }

    [SeedProperty(MaxTest = 3000)]
    public void A_mutilated_page_is_read_or_refused_and_nothing_else(int seed)
    {
        var random = new Random(seed);
        var page = Mutations.Of(random.Next(2) == 0 ? Page : OpenMetrics, random);
        if (ExpositionParser.TryParse(page, out var samples, out var problem))
            Assert.All(samples, s => Assert.NotEmpty(s.Labels.Name));
        else
            Assert.StartsWith("line ", problem, StringComparison.Ordinal);
    }

    [Property]
    public void Label_sets_are_equal_only_if_their_labels_are(string[] one, string[] other)
    {
        static List<(string, string)> Labels(string?[] values) => [.. values.Select((v, i) => ($"l{i}", v ?? "")).Where(l => l.Item2.Length > 0)];
        Assert.Equal(Labels(one).SequenceEqual(Labels(other)), new LabelSet(Labels(one)).Equals(new LabelSet(Labels(other))));
    }
}
