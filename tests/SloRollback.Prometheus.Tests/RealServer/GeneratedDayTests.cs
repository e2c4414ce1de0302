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

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task What_the_server_sums_is_the_growth_in_the_samples_at_once_and_step_by_step(string version)
    {
        Assert.SkipWhen(BlockDirectory.Promtool is null, BlockDirectory.SkipReason);
        await using var server = await day.ServeAsync(version);
        await using var raw = day.Host(server);
        await using var host = day.Host(server, PrometheusReading.Aggregated);
        var whole = await day.ReadAsync(host, GeneratedDay.Grid);

        // Where nothing at all was before, the first sums are baselines.
        const int Known = 60;
        AssertNear(1e-9, Sums(await day.ReadAsync(raw, GeneratedDay.Grid), Known, whole.Table.Steps - Known), Sums(whole, Known, whole.Table.Steps - Known));

        var (first, count) = (600, 120);
        var live = new EventTotals[day.Services.Count];
        for (var (from, step) = (first, first); step < first + count; step++)
        {
            // As the engine does: steps of which nothing is known are read again when there is something.
            var result = await day.ReadAsync(host, new StepGrid(GeneratedDay.Grid.First + from, step - from + 1, GeneratedDay.Step));
            if (result.Table.Rows.Any(row => result.Table.Row(row.Query)[^1].State != StepState.Measured))
                continue;

            var some = Sums(result, 0, step - from + 1);
            for (var i = 0; i < live.Length; i++)
                live[i] += some[i];
            from = step + 1;
        }

        AssertNear(1e-9, Sums(whole, first, count), live);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Estimates_of_hours_are_right_to_a_few_thousandths(string version)
    {
        Assert.SkipWhen(BlockDirectory.Promtool is null, BlockDirectory.SkipReason);
        await using var server = await day.ServeAsync(version);
        await using var host = day.Host(server);
        var result = await day.ReadAsync(host, new StepGrid(GeneratedDay.Grid.First / 60, 24, Duration.FromHours(1)), allowEstimate: true);
        Assert.True(result.IsEstimate);
        var estimates = Sums(result, 0, 24);
        EventTotals Total(IEnumerable<EventTotals> of) => of.Aggregate((a, b) => a + b);
        AssertNear(0.002, [Total(day.Services.Select(s => s.Sampled))], [Total(estimates)]);

        // Six restarts and three new pods a day for each of two: where there are few errors it is off by more.
        AssertNear(0.025, day.Services.Select(s => s.Sampled), estimates);
    }

    private static void AssertNear(double tolerance, IEnumerable<EventTotals> expected, EventTotals[] actual)
    {
        foreach (var (right, read) in expected.Zip(actual))
        {
            Assert.InRange(read.Valid / right.Valid, 1 - tolerance, 1 + tolerance);
            Assert.InRange(read.Bad, right.Bad * (1 - tolerance), right.Bad * (1 + tolerance));
        }
    }

    private static EventTotals[] Sums(SliReadResult result, int first, int count) =>
    [
        .. Enumerable.Range(0, result.Outcomes.Length).Select(i =>
        {
            Assert.True(result.Outcomes[i].IsRead, result.Outcomes[i].Detail);
            var cells = result.Table.Row(i).ToArray().AsSpan(first, count).ToArray();
            return new EventTotals(cells.Sum(c => c.First), cells.Sum(c => c.Second));
        }),
    ];

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

    internal SourceHost Host(PrometheusServer server, PrometheusReading reading = PrometheusReading.Auto)
    {
        var host = new SourceHost(new FakeTimeProvider((Start + Duration.FromDays(2)).ToDateTimeOffset()));
        host.AddPrometheus(o => (o.BaseAddress, o.Reading) = (server.Address, reading));
        return host;
    }

    internal Task<SliReadResult> ReadAsync(SourceHost host, StepGrid grid, bool allowEstimate = false) => host.Source().ReadAsync(
        SourceHost.Request(grid, [.. services.Select(s => ($$"""http_requests_total{service="{{s.Settings.Name}}",code=~"5.."}""", $$"""http_requests_total{service="{{s.Settings.Name}}"}"""))]) with { AllowEstimate = allowEstimate },
        TestContext.Current.CancellationToken);
}
