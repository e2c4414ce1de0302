using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Tests.Configuration;

/// <summary>Ready-made indicators by their name, and what is said when name or keys are wrong.</summary>
public sealed class IndicatorSetReadingTests
{
    private const string Indicator = "SloRollback:Services:checkout:Objectives:availability:Indicator";

    [Fact]
    public void A_set_makes_the_indicator_and_the_source_is_its_own()
    {
        var options = Read("""{ "set": "WEB", "job": " checkout ", "Threshold": "250ms" }""");
        Assert.Equal("", string.Join('\n', Reading.Lines(options)));
        Assert.Equal(
            new LatencyIndicator { Source = "prometheus", Histogram = "web{checkout}", Threshold = Duration.FromMilliseconds(250) },
            options.Services[0].Objectives[0].Indicator);

        Assert.Equal(
            new EventRatioIndicator { Source = "prometheus", Valid = "web{checkout}", Bad = "web_bad{checkout}" },
            Read("""{ "Source": "Prometheus", "Set": "web", "Job": "checkout", "Threshold": null }""").Services[0].Objectives[0].Indicator);
    }

    [Fact]
    public void A_set_can_be_a_gauge_that_needs_slices()
    {
        Assert.Equal(
            ["SloRollback:Services:checkout:Objectives:availability:Budgeting  a gauge has no events to count; write \"Timeslices\""],
            Reading.Lines(Read("""{ "Set": "web", "Job": "gauge" }""")));
        var options = Read("""{ "Set": "web", "Job": "gauge" }""", """, "Budgeting": "Timeslices", "Slices": { "Length": "5m", "Good": "<= 30" }""");
        Assert.Equal("", string.Join('\n', Reading.Lines(options)));
        Assert.Equal(BudgetingMethod.Timeslices, options.Services[0].Objectives[0].Budgeting);
    }

    [Theory]
    [InlineData("""{ "Set": "wep" }""", ":Set", "\"wep\" is not known; did you mean \"web\"? known: other, web")]
    [InlineData("""{ "Set": "" }""", ":Set", "is empty; give it a value or leave it out")]
    [InlineData("""{ "Set": { "a": "b" } }""", ":Set", "takes a single value, not keys")]
    [InlineData("""{ "Set": "web", "Job": "a", "Jop": "b" }""", ":Jop", "is not known here; did you mean \"Job\"?")]
    [InlineData("""{ "Set": "web", "Job": "a", "Zone": "b" }""", ":Zone", "is not known here; known: Set, Source, Job, Threshold")]
    [InlineData("""{ "Set": "web", "Job": "" }""", ":Job", "is empty; give it a value or leave it out")]
    [InlineData("""{ "Set": "web" }""", ":Job", "is missing")]
    [InlineData("""{ "Set": "web", "Job": "nothing" }""", "", "cannot be measured")]
    [InlineData("""{ "Set": "web", "Job": "a", "Threshold": "0.3" }""", ":Threshold", "\"0.3\" is not a duration; examples: 500ms, 30s, 1h30m, 7d")]
    [InlineData("""{ "Set": "web", "Job": "a", "Threshold": "0s" }""", ":Threshold", "0s is not above 0; example: \"300ms\"")]
    [InlineData("""{ "Set": "web", "Job": "a", "Source": "nagios" }""", ":Source", "\"nagios\" is not registered; known: prometheus")]
    [InlineData("""{ "Set": "web", "Valid": "a" }""", "", "holds Valid, Set where one kind of indicator belongs: two of Good, Bad and Valid, or one of Latency, Gauge, Composite, Set")]
    [InlineData("""{ "Job": "a" }""", ":Job", "is not known here; known: Source, Good, Bad, Valid, Latency, Gauge, Composite, Set")]
    public void Faults(string indicator, string key, string message) =>
        Assert.Equal($"{Indicator}{key}  {message}", Reading.Lines(Read(indicator)).First());

    [Fact]
    public void Without_any_set_that_is_said()
    {
        var options = Reading.Json(File("""{ "Set": "web" }"""));
        Assert.Equal([$"{Indicator}:Set  \"web\" is not known: no metric source that is registered has ready-made indicators"], Reading.Lines(options));
    }

    [Fact]
    public void Code_measures_what_a_source_made()
    {
        Indicator[] made =
        [
            new EventRatioIndicator { Source = "prometheus", Valid = "v", Good = "g" },
            new LatencyIndicator { Source = "prometheus", Histogram = "h", Threshold = Duration.FromMilliseconds(300) },
            new GaugeIndicator { Source = "prometheus", Gauge = "max(q)" },
        ];
        foreach (var indicator in made)
        {
            var options = Reading.Code(b => b.AddMonitoredService("checkout", "production", s => s.Objective("o", 99m, slo => slo
                .Measure(indicator)
                .Timeslices(Duration.FromMinutes(5), ComparisonOperator.GreaterOrEqual, 0.5m))));
            Assert.Equal("", string.Join('\n', Reading.Lines(options)));
            Assert.Equal(indicator, options.Services[0].Objectives[0].Indicator);
            Assert.Equal(indicator, Reading.Code(b => b.AddMonitoredService("checkout", "production", s => s.Objective("o", 99m, slo => slo
                .Measure(indicator with { Source = "" })
                .Timeslices(Duration.FromMinutes(5), ComparisonOperator.GreaterOrEqual, 0.5m)))).Services[0].Objectives[0].Indicator);
        }

        Assert.Throws<ArgumentException>(() => Reading.Code(b => b.AddMonitoredService("c", "p", s => s.Objective("o", 99m, slo => slo
            .Measure(new CompositeIndicator { Members = [] })))));
    }

    private static SloRollbackOptions Read(string indicator, string more = "") => Reading.Code(
        b =>
        {
            b.Services.AddSingleton<IIndicatorSet>(new Web());
            b.Services.AddSingleton<IIndicatorSet>(new Web { Name = "other" });
        },
        File(indicator, more));

    private static string File(string indicator, string more = "") =>
        """{ "SloRollback": { "Services": { "checkout": { "Environment": "production", "Objectives": { "availability": { "Target": "99.9%", "Indicator": """
            + indicator + more + " } } } } } }";

    private sealed class Web : IIndicatorSet
    {
        public string Name { get; init; } = "web";

        public ImmutableArray<string> Keys => ["Job", "Threshold"];

        public Indicator? Create(IndicatorSetRequest request, ICollection<ConfigurationFault> faults)
        {
            if (!request.Values.TryGetValue("Job", out var job))
                faults.Add(new ConfigurationFault("Job", "is missing"));
            if (job == "nothing")
                faults.Add(new ConfigurationFault("", "cannot be measured"));
            if (faults.Count > 0)
                return null;
            if (job == "gauge")
                return new GaugeIndicator { Gauge = "web" };

            return request.Threshold is { } threshold
                ? new LatencyIndicator { Histogram = $"web{{{job}}}", Threshold = threshold }
                : new EventRatioIndicator { Valid = $"web{{{job}}}", Bad = $"web_bad{{{job}}}" };
        }
    }
}
