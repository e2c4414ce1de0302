using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SloRollback.Prometheus.Scraping;

/// <summary>Scrapes all targets, at regular times, for as long as the host runs. A failed scrape is a fact to record, not a fault.</summary>
internal sealed partial class Scraper(
    string name,
    IHttpClientFactory clients,
    IOptionsMonitor<ScraperOptions> optionsMonitor,
    TimeProvider time,
    ILoggerFactory loggers) : BackgroundService
{
    private readonly ILogger logger = loggers.CreateLogger("SloRollback.MetricSource");
    private readonly HashSet<string> failing = new(StringComparer.Ordinal);
    private List<Uri> provided = [];
    private bool isProviderFailing;
    private bool isTickFailing;
    private long lastTick = long.MinValue;

    /// <summary>The name under which the host finds our <see cref="HttpClient"/>.</summary>
    public static string ClientName(string name) => $"SloRollback.Scraper.{name}";

    public ScrapeStore Store { get; } = new();

    /// <summary>The options; read when first needed, since faults in them are reported by the check at start.</summary>
    public ScraperOptions Options => optionsMonitor.Get(name);

    /// <summary>The time of the next scrape after a time: the middle of an interval. All in milliseconds since the Unix epoch.</summary>
    public static long NextScrape(long now, long interval)
    {
        var half = interval / 2;
        return (((now - half) / interval) + 1) * interval + half;
    }

    /// <summary>Scrapes every target once.</summary>
    public async Task TickAsync(CancellationToken cancellationToken)
    {
        var options = Options;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (now <= lastTick)
            Store.ForgetFrom(now);

        lastTick = now;
        var targets = options.Targets.Concat(AskProvider(options)).Select(a => new ScrapeTarget(a, options.Job)).DistinctBy(t => t.Address).ToList();
        using var http = clients.CreateClient(ClientName(name));
        var reader = new MetricsPageReader(http, options, time);
        await Task.WhenAll(targets.Select(t => ScrapeAsync(t, now, reader, options, cancellationToken))).ConfigureAwait(false);

        lock (failing)
            failing.IntersectWith(targets.Select(t => t.Identity));

        Store.ForgetBefore(now - (long)(options.Retention + options.GapTolerance).TotalMilliseconds);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (ReadInterval() is not { } interval)
            return;

        try
        {
            long next = 0;
            while (true)
            {
                await TryTickAsync(stoppingToken).ConfigureAwait(false);
                var now = time.GetUtcNow().ToUnixTimeMilliseconds();

                // A timer may be a moment early; the same scrape is not made twice.
                next = NextScrape(now, interval) is var following && following == next ? next + interval : following;
                await Task.Delay(TimeSpan.FromMilliseconds(next - now), time, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private long? ReadInterval()
    {
        try
        {
            return (long)Options.ScrapeInterval.TotalMilliseconds;
        }
#pragma warning disable CA1031 // Faults in options are the check's to report; an exception from here would stop a host that runs without it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            NotStarted(logger, name, e);
            return null;
        }
    }

    private async Task TryTickAsync(CancellationToken stoppingToken)
    {
        try
        {
            await TickAsync(stoppingToken).ConfigureAwait(false);
            isTickFailing = false;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // An exception out of a background service would stop the host.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!isTickFailing)
                TickFailing(logger, name, e);

            isTickFailing = true;
        }
    }

    private async Task ScrapeAsync(ScrapeTarget target, long now, MetricsPageReader reader, ScraperOptions options, CancellationToken cancellationToken)
    {
        var page = await reader.ReadAsync(target.Address, cancellationToken).ConfigureAwait(false);
        var hasRoom = Store.Add(target, now, page.Samples, options);
        var problem = hasRoom ? page.Problem : $"its series would be more than {nameof(ScraperOptions.MaximumSeries)} ({options.MaximumSeries}) in all";

        lock (failing)
        {
            if (problem.Length > 0 && failing.Add(target.Identity))
                TargetFailing(logger, target.Instance, name, problem);
            else if (problem.Length == 0 && failing.Remove(target.Identity))
                TargetRecovered(logger, target.Instance, name);
        }
    }

    private List<Uri> AskProvider(ScraperOptions options)
    {
        if (options.TargetProvider is null)
            return provided;

        try
        {
            var addresses = options.TargetProvider().ToList();
            if (addresses.Find(a => HttpAddress.Problem(a) is not null) is { } wrong)
                throw new ArgumentException(HttpAddress.Problem(wrong));

            provided = addresses;
            isProviderFailing = false;
        }
#pragma warning disable CA1031 // The host's code may throw anything; the addresses it gave last are still the best we know.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!isProviderFailing)
                ProviderFailing(logger, name, e);

            isProviderFailing = true;
        }

        return provided;
    }

    [LoggerMessage(2010, LogLevel.Warning, "{Instance} cannot be scraped by {Source}: {Detail}.")]
    private static partial void TargetFailing(ILogger logger, string instance, string source, string detail);

    [LoggerMessage(2011, LogLevel.Information, "{Instance} can be scraped again by {Source}.")]
    private static partial void TargetRecovered(ILogger logger, string instance, string source);

    [LoggerMessage(2012, LogLevel.Error, "A round of scrapes of {Source} failed; the next one comes at its time.")]
    private static partial void TickFailing(ILogger logger, string source, Exception exception);

    [LoggerMessage(2014, LogLevel.Error, "{Source} does not scrape: its options cannot be used.")]
    private static partial void NotStarted(ILogger logger, string source, Exception exception);

    [LoggerMessage(2013, LogLevel.Warning, "The target provider of {Source} failed; the addresses it gave last are scraped.")]
    private static partial void ProviderFailing(ILogger logger, string source, Exception exception);
}
