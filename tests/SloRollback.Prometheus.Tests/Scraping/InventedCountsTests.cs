using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Scraping;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Scraping;

/// <summary>Pages that tempt a reader to book a counter's whole lifetime into one step, the worst input an engine can get.</summary>
public sealed class InventedCountsTests : IAsyncDisposable
{
    private const string Bad = "http_requests_total{code=~\"5..\"}";
    private const string Valid = "http_requests_total";
    private static readonly Duration Step = Duration.FromMinutes(1);
    private static readonly Instant Start = StepGrid.StartOf(28_000_000, Step);
    private readonly FakeTimeProvider time = new(Start.ToDateTimeOffset());
    private readonly SourceHost host;
    private List<Uri> targets = [];

    public InventedCountsTests()
    {
        host = new SourceHost(time);
        host.AddPrometheusScraper(o => o.TargetProvider = () => targets);
    }

    private Scraper Scraper => host.Provider.GetRequiredKeyedService<Scraper>("scraper");

    public async ValueTask DisposeAsync() => await host.DisposeAsync();

    private async Task ScrapeAsync(int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            await Scraper.TickAsync(TestContext.Current.CancellationToken);
            time.Advance(TimeSpan.FromSeconds(15));
        }
    }

    private async Task<SliCell[]> ReadAsync(int first, int count)
    {
        var result = await host.ReadAsync("scraper", new StepGrid(28_000_000 + first, count, Step), (Bad, Valid));
        Assert.True(result.Outcomes[0].IsRead, result.Outcomes[0].Detail);
        return result.Table.Row(0).ToArray();
    }

    [Fact]
    public async Task Two_paths_of_one_host_and_port_are_two_targets()
    {
        // One server, two pages: each serves its own counter, both growing by 1 per scrape.
        var (a, b) = (1_000_000, 10);
        await using var server = new FakeHttpServer(r => r.Path.StartsWith("/a", StringComparison.Ordinal)
            ? FakeResponse.Text($"http_requests_total{{code=\"500\"}} {Interlocked.Increment(ref a)}\n", "text/plain")
            : FakeResponse.Text($"http_requests_total{{code=\"500\"}} {Interlocked.Increment(ref b)}\n", "text/plain"));
        targets = [new Uri(server.Address, "/a"), new Uri(server.Address, "/b")];
        await ScrapeAsync(40);
        var total = (await ReadAsync(0, 10)).Sum(c => c.First);
        Assert.Equal(78, total);
    }

    [Fact]
    public async Task One_process_of_a_joined_page_that_restarts_does_not_give_birth_to_the_others()
    {
        // /federate, an OpenTelemetry collector, a push gateway: one page, several processes.
        var (start2, n) = (Start.ToUnixTimeSeconds() - 9000.0, 1_000_000);
        await using var server = new FakeHttpServer(_ => FakeResponse.Text(
            $"process_start_time_seconds{{job=\"x\"}} {Start.ToUnixTimeSeconds() - 9000}\nprocess_start_time_seconds{{job=\"y\"}} {start2}\n"
            + $"http_requests_total{{job=\"x\",code=\"500\"}} {n++}\n", "text/plain"));
        targets = [server.Address];
        await ScrapeAsync(4);
        start2 = Start.ToUnixTimeSeconds() + 55;
        await ScrapeAsync(4);
        Assert.Equal(7, (await ReadAsync(0, 2)).Sum(c => c.First));
    }

    [Fact]
    public async Task A_counter_that_is_away_for_longer_than_the_tolerance_while_its_page_answers_is_not_new()
    {
        // An exporter (haproxy, nginx, otel collector) whose backend is away: the page answers, without the backend's counters.
        var (away, n) = (false, 1_000_000);
        await using var server = new FakeHttpServer(_ => FakeResponse.Text(
            $"exporter_up {(away ? 0 : 1)}\n" + (away ? "" : $"http_requests_total{{code=\"500\"}} {n++}\n"), "text/plain"));
        targets = [server.Address];
        await ScrapeAsync(4);
        away = true;
        await ScrapeAsync(24); // 6 min
        away = false;
        await ScrapeAsync(4);
        var cells = await ReadAsync(0, 8);
        Assert.True(cells.Sum(c => c.First) < 100, $"{cells.Sum(c => c.First)} errors booked");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task NaN_in_a_scrape_or_two_does_not_make_a_counter_new(int scrapes)
    {
        var (nan, n) = (false, 1_000_000);
        await using var server = new FakeHttpServer(_ => FakeResponse.Text(
            $"http_requests_total{{code=\"200\"}} 5\nhttp_requests_total{{code=\"500\"}} {(nan ? "NaN" : (n++).ToString(System.Globalization.CultureInfo.InvariantCulture))}\n", "text/plain"));
        targets = [server.Address];
        await ScrapeAsync(4);
        nan = true;
        await ScrapeAsync(scrapes);
        nan = false;
        await ScrapeAsync(3);
        Assert.True((await ReadAsync(0, 2)).Sum(c => c.First) < 100, $"{(await ReadAsync(0, 2)).Sum(c => c.First)} errors booked");
    }
}
