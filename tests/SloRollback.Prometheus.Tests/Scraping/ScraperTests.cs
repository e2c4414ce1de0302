using FsCheck.Xunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Scraping;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Scraping;

/// <summary>The embedded source: real pages on real sockets, at times that the test makes.</summary>
public sealed class ScraperTests : IAsyncDisposable
{
    private const string Bad = "http_requests_total{code=~\"5..\"}";
    private const string Valid = "http_requests_total{job=\"scraper\"}";
    private static readonly Duration Step = Duration.FromMinutes(1);
    private static readonly Instant Start = StepGrid.StartOf(28_000_000, Step);

    private readonly FakeTimeProvider time = new(Start.ToDateTimeOffset());
    private readonly SourceHost host;
    private readonly MetricsEndpoint endpoint = new();

    public ScraperTests()
    {
        host = new SourceHost(time);
        host.AddPrometheusScraper(o => o.TargetProvider = () => Targets ?? throw new InvalidOperationException("no discovery"));
        Targets = [endpoint.Address];
    }

    private List<Uri>? Targets { get; set; }

    private Scraper Scraper => host.Provider.GetRequiredKeyedService<Scraper>("scraper");

    public async ValueTask DisposeAsync()
    {
        await endpoint.DisposeAsync();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Counts_equal_those_of_the_endpoint_across_a_restart_and_a_new_error_series()
    {
        endpoint.Serve(good: 1000);
        await ScrapeAsync();
        endpoint.Serve(good: 50);
        await ScrapeAsync();
        endpoint.Serve(good: 20, bad: 7);
        await ScrapeAsync(4);
        endpoint.Restart();
        endpoint.Serve(good: 11, bad: 3);
        await ScrapeAsync();

        var cells = await ReadAsync(0, 2);
        Assert.All(cells, c => Assert.Equal(StepState.Measured, c.State));
        Assert.Equal(endpoint.Bad, cells.Sum(c => c.First));
        Assert.Equal(endpoint.Good + endpoint.Bad - 1000, cells.Sum(c => c.Second));
    }

    [Fact]
    public async Task Replicas_come_and_go()
    {
        await using var second = new MetricsEndpoint();
        endpoint.Serve(good: 10);
        second.Serve(good: 500);
        await ScrapeAsync();
        Targets = [endpoint.Address, second.Address];
        await ScrapeAsync();
        second.Serve(good: 5, bad: 2);
        await ScrapeAsync();
        Targets = [second.Address];
        await ScrapeAsync();
        second.Serve(good: 1);
        await ScrapeAsync();

        var cells = await ReadAsync(0, 2);
        Assert.Equal((2, 8), (cells.Sum(c => c.First), cells.Sum(c => c.Second)));
    }

    [Fact]
    public async Task A_process_that_began_since_the_last_scrape_counts_from_0()
    {
        await using var other = new FakeHttpServer(_ => FakeResponse.Text(
            $"process_start_time_seconds {(Start + Duration.FromSeconds(40)).ToUnixTimeMilliseconds() / 1000.0}\nhttp_requests_total{{code=\"500\"}} 12\n",
            "text/plain"));
        await ScrapeAsync(3);
        Targets = [endpoint.Address, other.Address];
        await ScrapeAsync();
        var cell = (await ReadAsync(0, 1))[0];
        Assert.Equal(12, cell.First);

        // Not again, however often it is scraped.
        await ScrapeAsync(3);
        Assert.Equal(12, (await ReadAsync(0, 2)).Sum(c => c.First));
    }

    [Fact]
    public async Task A_target_whose_clock_is_ahead_is_not_born_again_with_every_scrape()
    {
        var value = 1;
        await using var other = new FakeHttpServer(_ => FakeResponse.Text(
            $"process_start_time_seconds {(Start + Duration.FromSeconds(300)).ToUnixTimeSeconds()}\nhttp_requests_total{{code=\"500\"}} {value++}\n",
            "text/plain"));
        await ScrapeAsync();
        Targets = [other.Address];
        await ScrapeAsync(3);
        Assert.Equal(3, (await ReadAsync(0, 1))[0].First);
    }

    [Fact]
    public async Task A_target_that_hangs_is_given_up_and_holds_up_no_other()
    {
        await using var hanging = new FakeHttpServer(_ => new FakeResponse([]) { Hangs = true });
        await using var live = new SourceHost();
        live.AddPrometheusScraper(o =>
        {
            o.Targets.Add(hanging.Address);
            o.Targets.Add(endpoint.Address);
            o.ScrapeInterval = TimeSpan.FromMilliseconds(300);
        });
        await live.Provider.GetRequiredKeyedService<Scraper>("scraper").TickAsync(TestContext.Current.CancellationToken);
        Assert.Contains("no answer within 00:00:00.27", Assert.Single(live.Logs.Entries, e => e.Id == 2010).Text, StringComparison.Ordinal);
        await endpoint.ScrapedAsync(after: 0);
    }

    [Fact]
    public async Task With_options_that_cannot_be_used_the_host_goes_on()
    {
        host.Services.Configure<ScraperOptions>("scraper", o => o.ScrapeInterval = TimeSpan.Zero);
        await Scraper.StartAsync(TestContext.Current.CancellationToken);
        await Scraper.ExecuteTask!;
        Assert.Equal([2014], host.Logs.Ids);
    }

    [Fact]
    public async Task A_counter_created_since_the_last_scrape_counts_from_0_even_where_the_value_hides_the_reset()
    {
        var (created, value) = (Start - Duration.FromHours(1), 10);
        await using var other = new FakeHttpServer(_ => FakeResponse.Text(
            $"http_requests_total{{code=\"500\"}} {value}\nhttp_requests_created{{code=\"500\"}} {created.ToUnixTimeSeconds()}\n# EOF\n",
            "application/openmetrics-text"));
        Targets = [other.Address];
        await ScrapeAsync();
        (created, value) = (Start + Duration.FromSeconds(12), 13);
        await ScrapeAsync();
        Assert.Equal(13, (await ReadAsync(0, 1))[0].First);
    }

    [Fact]
    public async Task A_failed_scrape_is_a_fact_told_once_and_the_growth_is_caught_up_with()
    {
        endpoint.Serve(good: 10);
        await ScrapeAsync(2);
        endpoint.IsFailing = true;
        await ScrapeAsync(6);
        endpoint.Serve(good: 7);
        endpoint.IsFailing = false;
        await ScrapeAsync();

        var cells = await ReadAsync(0, 3);
        Assert.Equal([0, 3.5, 3.5], cells.Select(c => c.Second));
        Assert.Equal([false, true, true], cells.Select(c => c.IsRecovered));
        Assert.All(cells, c => Assert.Equal(StepState.Measured, c.State));
        Assert.Equal([2010, 2011], host.Logs.Ids);

        var up = (await host.ReadAsync("scraper", Grid(0, 3), ("up{instance=\"none\"}", $"up{{instance=\"{endpoint.Address.Authority}\"}}"))).Table.Row(0).ToArray();
        Assert.Equal([1, 0, 1], [up[0].Second + 1, up[1].Second, up[2].Second]);
    }

    [Fact]
    public async Task A_target_that_is_gone_while_the_scraper_lives_is_missing_in_the_end()
    {
        endpoint.Serve(good: 10);
        await ScrapeAsync(4);
        endpoint.IsFailing = true;
        await ScrapeAsync(4 * 8);
        var cells = await ReadAsync(0, 8);
        Assert.Equal(StepState.Missing, cells[2].State);
        Assert.Equal(StepState.Missing, cells[7].State);
        Assert.All(cells, c => Assert.Equal(0, c.Second));
    }

    [Fact]
    public async Task Before_the_first_scrape_and_without_targets_nothing_is_claimed()
    {
        Assert.All(await ReadAsync(-1, 2), c => Assert.Equal(StepState.Unmeasured, c.State));
        Targets = [];
        await ScrapeAsync(4);
        Assert.All(await ReadAsync(0, 1), c => Assert.Equal(StepState.Unmeasured, c.State));
    }

    [Fact]
    public async Task What_was_forgotten_is_unmeasured()
    {
        host.Services.Configure<ScraperOptions>("scraper", o => o.Retention = TimeSpan.FromMinutes(5));
        for (var i = 0; i < 4 * 20; i++)
        {
            endpoint.Serve(good: 1);
            await ScrapeAsync();
        }

        var states = (await ReadAsync(0, 20)).Select(c => c.State).ToArray();
        Assert.All(states[..15], s => Assert.Equal(StepState.Unmeasured, s));
        Assert.All(states[15..], s => Assert.Equal(StepState.Measured, s));
        Assert.Equal(4, (await ReadAsync(15, 1))[0].Second);
    }

    [Fact]
    public async Task Too_many_series_fail_a_scrape_as_a_whole()
    {
        host.Services.Configure<ScraperOptions>("scraper", o => o.MaximumSeries = 3);
        endpoint.Serve(good: 1, bad: 1);
        await ScrapeAsync();
        Assert.Equal(3, Scraper.Store.SeriesCount);
        await using var second = new MetricsEndpoint();
        second.Serve(good: 1);
        Targets = [endpoint.Address, second.Address];
        await ScrapeAsync();
        Assert.Contains(host.Logs.Entries, e => e.Id == 2010 && e.Text.Contains("MaximumSeries", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<html>hello</html>", "text/html")]
    [InlineData("a 1\nb{", "line 2")]
    public async Task A_page_that_is_none_is_a_failed_scrape_with_its_reason(string page, string reason)
    {
        await using var other = new FakeHttpServer(_ => FakeResponse.Text(page, "text/html"));
        Targets = [other.Address];
        await ScrapeAsync(2);
        Assert.Contains(reason, Assert.Single(host.Logs.Entries, e => e.Id == 2010).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_provider_that_throws_leaves_the_targets_it_gave_last()
    {
        endpoint.Serve(good: 1);
        await ScrapeAsync();
        Targets = null;
        await ScrapeAsync(2);
        endpoint.Serve(good: 3);
        await ScrapeAsync();
        Assert.Equal(3, (await ReadAsync(0, 1))[0].Second);
        Assert.Equal([2013], host.Logs.Ids);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_makes_the_samples_of_the_future_forgotten()
    {
        endpoint.Serve(good: 1);
        await ScrapeAsync(8);
        time.AdjustTime(Start.ToDateTimeOffset() + TimeSpan.FromSeconds(30));
        endpoint.Serve(good: 5);
        await ScrapeAsync(2);
        Assert.Equal([(StepState.Measured, 5), (StepState.Unmeasured, 0)], (await ReadAsync(0, 2)).Select(c => (c.State, c.Second)));
    }

    [Fact]
    public async Task A_query_that_is_no_selector_is_rejected_alone()
    {
        await ScrapeAsync();
        var result = await host.ReadAsync("scraper", Grid(0, 1), ("sum(x)", Valid), (Bad, Valid), ("a{b=~\"(?=c)\"}", Valid));
        Assert.Equal([UnmeasuredReason.QueryRejected, UnmeasuredReason.None, UnmeasuredReason.QueryRejected], result.Outcomes.Select(o => o.Unmeasured));
        Assert.Contains("position 4: only a vector selector", result.Outcomes[0].Detail, StringComparison.Ordinal);
        Assert.Equal([new SliRowKey(1)], result.Table.Rows);
    }

    [Fact]
    public async Task As_a_hosted_service_it_scrapes_until_it_is_stopped()
    {
        await using var live = new SourceHost();
        live.AddPrometheusScraper("replicas", o =>
        {
            o.Targets.Add(endpoint.Address);
            o.ScrapeInterval = TimeSpan.FromMilliseconds(50);
        });
        endpoint.Serve(good: 1);
        var service = Assert.Single(live.Provider.GetServices<IHostedService>());
        await service.StartAsync(TestContext.Current.CancellationToken);
        await endpoint.ScrapedAsync();
        await endpoint.ScrapedAsync();
        endpoint.Serve(good: 41);
        await endpoint.ScrapedAsync();
        await endpoint.ScrapedAsync();
        await service.StopAsync(TestContext.Current.CancellationToken);
        Assert.True(((BackgroundService)service).ExecuteTask!.IsCompletedSuccessfully);

        var now = SystemClock.Instance.GetCurrentInstant();
        var grid = new StepGrid(StepGrid.IndexOf(now, Step) - 2, 4, Step);
        var result = await live.ReadAsync("replicas", grid, (Bad, Valid));
        Assert.Equal(41, result.Table.Row(0).ToArray().Sum(c => c.Second));
    }

    [Property]
    public void Scrapes_fall_in_the_middle_of_their_intervals(int offset, ushort length)
    {
        var (now, interval) = (1_700_000_000_000 + offset, length + 50L);
        var next = Scraper.NextScrape(now, interval);
        Assert.InRange(next - now, 1, interval);
        Assert.Equal(interval / 2, next % interval);
    }

    private async Task ScrapeAsync(int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            await Scraper.TickAsync(TestContext.Current.CancellationToken);
            time.Advance(TimeSpan.FromSeconds(15));
        }
    }

    private static StepGrid Grid(int first, int count) => new(StepGrid.IndexOf(Start, Step) + first, count, Step);

    private async Task<SliCell[]> ReadAsync(int first, int count) => (await host.ReadAsync("scraper", Grid(first, count), (Bad, Valid))).Table.Row(0).ToArray();
}
