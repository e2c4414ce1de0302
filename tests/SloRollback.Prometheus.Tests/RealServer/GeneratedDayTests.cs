using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Tests.RealServer.Blocks;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.RealServer;

/// <summary>A day of eight services with resets, restarts, gaps and pods that come and go, from blocks, served by a real Prometheus.</summary>
public sealed class GeneratedDayTests(GeneratedDay day) : IClassFixture<GeneratedDay>
{
    public static TheoryData<string> Versions => PrometheusVersions.All;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Counts_of_a_day_are_the_growth_contained_in_the_samples(string version)
    {
        Assert.SkipWhen(BlockDirectory.Promtool is null, BlockDirectory.SkipReason);
        await using var server = await day.ServeAsync(version);
        await using var host = day.Host(server);
        var result = await day.ReadAsync(host, GeneratedDay.Grid);
        for (var i = 0; i < day.Services.Count; i++)
        {
            Assert.True(result.Outcomes[i].IsRead, result.Outcomes[i].Detail);
            var (read, service) = (Sum(result, i), day.Services[i]);
            Assert.True(service.Sampled == read, $"{service.Settings.Name}: {service.Sampled} in the samples, {read} read");
            Assert.InRange(read.Valid, service.Happened.Valid * 0.995, service.Happened.Valid);
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Steps_read_live_one_after_the_other_are_those_of_one_read(string version)
    {
        Assert.SkipWhen(BlockDirectory.Promtool is null, BlockDirectory.SkipReason);
        await using var server = await day.ServeAsync(version);
        await using var host = day.Host(server);
        var (first, count) = (GeneratedDay.Grid.First + 600, 120);
        var whole = await day.ReadAsync(host, new StepGrid(first, count, GeneratedDay.Step));
        var live = new EventTotals[day.Services.Count];
        for (var step = first; step < first + count; step++)
        {
            var one = await day.ReadAsync(host, new StepGrid(step, 1, GeneratedDay.Step));
            for (var i = 0; i < live.Length; i++)
                live[i] += Sum(one, i);
        }

        for (var i = 0; i < live.Length; i++)
            Assert.Equal(Sum(whole, i), live[i]);
    }

    // Growth over a gap comes in equal shares, which are no whole numbers: their sum is.
    private static EventTotals Sum(SliReadResult result, int row)
    {
        var cells = result.Table.Row(row).ToArray();
        return new EventTotals(Math.Round(cells.Sum(c => c.First), 6), Math.Round(cells.Sum(c => c.Second), 6));
    }
}

/// <summary>The day's blocks, made once for all versions, and what happened in truth.</summary>
public sealed class GeneratedDay : IAsyncLifetime
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 0, 0);
    private readonly BlockDirectory blocks = new();
    private readonly List<SimulatedService> services = [];

    internal static Duration Step { get; } = Duration.FromMinutes(1);

    internal static StepGrid Grid { get; } = SourceHost.Grid(Start, Start + Duration.FromDays(1), Step);

    internal IReadOnlyList<SimulatedService> Services => services;

    public async ValueTask InitializeAsync()
    {
        if (BlockDirectory.Promtool is null)
            return;

        var (start, end) = (Start.ToUnixTimeSeconds(), (Start + Duration.FromDays(1)).ToUnixTimeSeconds());
        for (var i = 0; i < 8; i++)
        {
            var settings = new ServiceSettings { Name = $"s{i}", RestartsPerDay = 6, PodLife = 0.3, GapsPerDay = 6, IncidentsPerDay = 3, Rate = 5 };
            services.Add(new SimulatedService(settings, start, end, seed: i));
        }

        var scrapes = OpenMetricsFile.Series("up", ("job", "prometheus"), ("instance", "localhost:9090"));
        await blocks.FillAsync(start, end, 18, (file, from, to) =>
        {
            foreach (var service in services)
                service.Advance(to, file);
            for (var at = from; at < to; at += 15)
                file.Write(scrapes, 1, at);
        });
        await blocks.CompleteAsync();
    }

    public ValueTask DisposeAsync() => blocks.DisposeAsync();

    /// <summary>A server with the blocks. The data directory is that of the version alone: servers write into theirs.</summary>
    internal Task<PrometheusServer> ServeAsync(string version) => PrometheusServer.StartAsync(
        new PrometheusServerSettings
        {
            Executable = PrometheusVersions.Executable(version),
            DataDirectory = blocks.CopyFor(version),
            Arguments = ["--storage.tsdb.retention.time=100y"],
        },
        TestContext.Current.CancellationToken);

    internal SourceHost Host(PrometheusServer server)
    {
        var host = new SourceHost(new FakeTimeProvider((Start + Duration.FromDays(2)).ToDateTimeOffset()));
        host.AddPrometheus(o => o.BaseAddress = server.Address);
        return host;
    }

    internal Task<SliReadResult> ReadAsync(SourceHost host, StepGrid grid) =>
        host.ReadAsync("prometheus", grid, [.. services.Select(s => ($$"""http_requests_total{service="{{s.Settings.Name}}",code=~"5.."}""", $$"""http_requests_total{service="{{s.Settings.Name}}"}"""))]);
}
