using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using SloRollback.Indicators;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.RealServer;

/// <summary>Which pods an indicator's series come from, asked of real servers.</summary>
public sealed class RealInstancesTests
{
    public static TheoryData<string> Versions => PrometheusVersions.All;

    private static Indicator[] Indicators =>
    [
        new EventRatioIndicator { Bad = RealSource.Bad, Valid = RealSource.Valid },
        new LatencyIndicator { Histogram = HistogramEndpoint.Histogram, Threshold = NodaTime.Duration.FromSeconds(1) },
        new GaugeIndicator { Gauge = "queue_length" },
        new GaugeIndicator { Gauge = "max(queue_length)" },
        new EventRatioIndicator { Bad = "nothing_total", Valid = "nothing_at_all_total" },
    ];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Series_name_the_pods_that_they_come_from(string version)
    {
        await using var counters = new MetricsEndpoint();
        await using var histogram = new HistogramEndpoint(isNative: false, "0.1", "1.0");
        counters.Serve(10);
        histogram.Observe(0.5, 3);
        await using var server = await PrometheusServer.StartAsync(
            new PrometheusServerSettings
            {
                Executable = PrometheusVersions.Executable(version),
                ScrapeInterval = TimeSpan.FromMilliseconds(500),
                Targets = [counters.Address.Authority, histogram.Address.Authority],
            },
            TestContext.Current.CancellationToken);
        await counters.ScrapedAsync();
        await histogram.ScrapedAsync(2);

        InstanceName counter = new(counters.Address.Authority, "test");
        InstanceName other = new(histogram.Address.Authority, "test");
        ImmutableArray<ImmutableArray<InstanceName>> found = [];
        await Wait.UntilAsync(async () => (found = await InstancesAsync(server, "instance", "job"))[..3].All(i => !i.IsEmpty), "stored samples");
        Assert.Equal([[counter], [other], [other], [InstanceName.Untold], []], found);
        Assert.Equal(counter with { Space = "" }, Assert.Single((await InstancesAsync(server, "instance", ""))[0]));

        // Without the label, and where it must not be asked, nothing can be told.
        Assert.Equal([InstanceName.Untold], (await InstancesAsync(server, "pod", "namespace"))[0]);
        Assert.All(await InstancesAsync(server, "", "namespace"), i => Assert.Equal([InstanceName.Untold], i));

        await server.KillAsync();
        Assert.All((await InstancesAsync(server, "instance", "job"))[..3], i => Assert.True(i.IsEmpty));
    }

    private static async Task<ImmutableArray<ImmutableArray<InstanceName>>> InstancesAsync(PrometheusServer server, string pod, string space)
    {
        await using var host = new SourceHost();
        host.AddPrometheus(o => (o.BaseAddress, o.PodLabel, o.NamespaceLabel) = (server.Address, pod, space));
        var source = Assert.IsType<IIndicatorInstances>(host.Source(), exactMatch: false);
        return (await source.ReadInstancesAsync(
            new IndicatorInstancesRequest { Queries = [.. Indicators.Select((indicator, i) => new SliQuery { Id = $"q{i}", Indicator = indicator })] },
            TestContext.Current.CancellationToken)).Instances;
    }
}
