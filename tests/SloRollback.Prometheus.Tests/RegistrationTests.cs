using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Prometheus.Sets;
using SloRollback.Prometheus.Tests.Support;
using SloRollback.Services;

namespace SloRollback.Prometheus.Tests;

/// <summary>What the extensions register, how options are bound, and what the check at start says.</summary>
public sealed class RegistrationTests
{
    [Fact]
    public async Task Each_source_is_registered_once_under_its_name()
    {
        await using var host = new SourceHost();
        host.AddPrometheus(o => o.BaseAddress = new Uri("http://one:9090")).AddPrometheus(o => o.MaximumConcurrency = 2).AddPrometheus("other")
            .AddPrometheusScraper().AddPrometheusScraper("replicas");
        Assert.Equal(["prometheus", "other", "scraper", "replicas"], host.Provider.GetServices<ProviderRegistration>().Select(r => r.Name));
        Assert.Equal(4, host.Provider.GetServices<IConfigurationCheck>().Count());
        Assert.Equal(2, host.Provider.GetServices<IHostedService>().Count());
        Assert.All(["prometheus", "other", "scraper", "replicas"], n => Assert.NotNull(host.Source(n)));
        Assert.Equal(IndicatorSets.All.Select(s => s.Name), host.Provider.GetServices<IIndicatorSet>().Select(s => s.Name));

        var options = host.Provider.GetRequiredService<IOptionsMonitor<PrometheusOptions>>().Get("prometheus");
        Assert.Equal((new Uri("http://one:9090"), 2), (options.BaseAddress, options.MaximumConcurrency));
    }

    [Fact]
    public async Task Options_come_from_configuration_and_then_from_code()
    {
        await using var host = Configured(
            ("Prometheus:BaseAddress", "http://prometheus:9090/base"),
            ("Prometheus:Timeout", "00:00:03"),
            ("Prometheus:GapTolerance", "00:02:00"),
            ("Prometheus:MaximumAnswerBytes", "2048"),
            ("Prometheus:Headers:X-Scope-OrgID", "team"),
            ("eu:BaseAddress", "https://eu"),
            ("Scraper:Targets:0", "http://a:1/metrics"),
            ("Scraper:Targets:1", "http://b:2/metrics"),
            ("Scraper:ScrapeInterval", "00:00:00.5"),
            ("Scraper:Job", "shop"));
        host.AddPrometheus(o => o.Timeout = TimeSpan.FromSeconds(4)).AddPrometheus("eu").AddPrometheusScraper();

        var monitor = host.Provider.GetRequiredService<IOptionsMonitor<PrometheusOptions>>();
        var options = monitor.Get("prometheus");
        Assert.Equal(new Uri("http://prometheus:9090/base"), options.BaseAddress);
        Assert.Equal((TimeSpan.FromSeconds(4), TimeSpan.FromMinutes(2), 2048), (options.Timeout, options.GapTolerance, options.MaximumAnswerBytes));
        Assert.Equal("team", options.Headers["x-scope-orgid"]);
        Assert.Equal(new Uri("https://eu"), monitor.Get("eu").BaseAddress);

        var scraper = host.Provider.GetRequiredService<IOptionsMonitor<ScraperOptions>>().Get("scraper");
        Assert.Equal([new Uri("http://a:1/metrics"), new Uri("http://b:2/metrics")], scraper.Targets);
        Assert.Equal((TimeSpan.FromMilliseconds(500), "shop"), (scraper.ScrapeInterval, scraper.Job));
        Assert.Empty(Faults(host));
    }

    [Fact]
    public async Task Every_fault_in_the_options_is_told_with_its_path_and_without_secrets()
    {
        await using var host = Configured(
            ("Prometheus:BaseAddress", "http://user:s3cret@prometheus:9090"),
            ("Prometheus:Timeout", "15"),
            ("Prometheus:MaximumConcurrency", "0"),
            ("Prometheus:Headers:X\nY", "s3cret"),
            ("Prometheus:Headers:Authorization", "Bearer s3cret\n"),
            ("eu:Timeout", "soon"),
            ("us:BaseAddress", "ftp://us"),
            ("Scraper:Targets:0", "/metrics"),
            ("Scraper:GapTolerance", "00:00:05"));
        host.AddPrometheus().AddPrometheus("eu").AddPrometheus("us").AddPrometheus("as").AddPrometheusScraper().AddPrometheusScraper("none");

        var faults = Faults(host);
        Assert.DoesNotContain(faults, f => f.Message.Contains("s3cret", StringComparison.Ordinal));
        string[] expected =
        [
            "SloRollback:Prometheus:MaximumConcurrency",
            "SloRollback:Prometheus:BaseAddress",
            "SloRollback:Prometheus:Timeout",
            "SloRollback:Prometheus:Headers",
            "SloRollback:Prometheus:Headers",
            "SloRollback:eu:Timeout",
            "SloRollback:us:BaseAddress",
            "SloRollback:as:BaseAddress",
            "SloRollback:Scraper:Targets:0",
            "SloRollback:Scraper:GapTolerance",
            "SloRollback:none:Targets",
        ];
        Assert.True(expected.SequenceEqual(faults.Select(f => f.Path)), string.Join(Environment.NewLine, faults));
        Assert.Contains("System.TimeSpan; write hours:minutes:seconds", faults[5].Message, StringComparison.Ordinal);
        Assert.Contains("00:00:15", faults[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Selectors_are_checked_where_the_source_is_meant()
    {
        await using var host = new SourceHost();
        host.AddPrometheus(o => o.BaseAddress = new Uri("http://one:9090")).AddPrometheusScraper(o => o.TargetProvider = () => []);
        var faults = Faults(
            host,
            Service("shop", "prometheus", "rate(errors_total[5m])", "requests_total"),
            Service("blog", "scraper", "errors_total{code=~\"(?=5)\"}", "sum(requests_total)"),
            Service("else", "elsewhere", "anything(", "at all"));

        Assert.Equal(
            [
                "SloRollback:Services:shop:Objectives:availability:Indicator:Bad",
                "SloRollback:Services:blog:Objectives:availability:Indicator:Bad",
                "SloRollback:Services:blog:Objectives:availability:Indicator:Valid",
            ],
            faults.Select(f => f.Path));
        Assert.Contains("at position 5", faults[0].Message, StringComparison.Ordinal);
        Assert.Contains("SloRollback takes the increments itself", faults[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_kind_is_checked_with_the_path_of_its_setting()
    {
        await using var host = new SourceHost();
        host.AddPrometheus(o => o.BaseAddress = new Uri("http://one:9090")).AddPrometheusScraper(o => o.TargetProvider = () => []);
        var latency = new LatencyIndicator { Source = "prometheus", Histogram = "h_bucket", Threshold = NodaTime.Duration.FromSeconds(1) };
        var gauge = new GaugeIndicator { Source = "prometheus", Gauge = "max(a[$windo])" };
        var faults = Faults(
            host,
            Service("a", latency),
            Service("b", gauge),
            Service("c", new EventRatioIndicator { Source = "prometheus", Good = "a[$window]", Valid = "v" }),
            Service("d", latency with { Source = "scraper" }),
            Service("e", gauge with { Source = "scraper" }),
            Service("f", latency with { Histogram = "h" }),
            Service("g", gauge with { Gauge = "max(a[$window])" }));

        Assert.Equal(
            [("a", "Latency:Histogram"), ("b", "Gauge"), ("c", "Valid"), ("d", "Latency"), ("e", "Gauge")],
            faults.Select(f => f.Path.Split(':', 7)).Select(p => (p[2], p[6])));
        Assert.StartsWith("\"h_bucket\" is not the selector of a histogram: at position 1: a histogram is given without the suffix _bucket: h", faults[0].Message, StringComparison.Ordinal);
        Assert.Equal("\"max(a[$windo])\" is no expression: at position 7: $window is the only variable here", faults[1].Message);
    }

    [Fact]
    public async Task An_indicator_without_source_means_the_only_one()
    {
        await using var host = new SourceHost();
        host.AddPrometheus(o => o.BaseAddress = new Uri("http://one:9090"));
        Assert.Equal("SloRollback:Services:shop:Objectives:availability:Indicator:Valid", Assert.Single(Faults(host, Service("shop", "", "a", " "))).Path);
    }

    private static SourceHost Configured(params (string Key, string Value)[] settings)
    {
        var host = new SourceHost();
        host.Services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create("SloRollback:" + s.Key, (string?)s.Value)))
            .Build());
        return host;
    }

    private static ImmutableArray<ConfigurationFault> Faults(SourceHost host, params MonitoredService[] services)
    {
        var context = new ConfigurationCheckContext([.. services]);
        foreach (var check in host.Provider.GetServices<IConfigurationCheck>())
            check.Check(context);

        return [.. context.Faults];
    }

    private static MonitoredService Service(string name, string source, string bad, string valid) =>
        Service(name, new EventRatioIndicator { Source = source, Bad = bad, Valid = valid });

    private static MonitoredService Service(string name, Indicator indicator) => new()
    {
        Id = new ServiceId(name, "test"),
        Path = $"SloRollback:Services:{name}",
        Objectives =
        [
            new Objective
            {
                Id = "availability",
                Target = new ObjectiveTarget(0.99m),
                Period = new RollingPeriod(NodaTime.Duration.FromDays(30)),
                Indicator = indicator,
            },
        ],
    };
}
