namespace SloRollback.Prometheus.Tests.RealServer.Blocks;

/// <summary>
/// A pod: one target of Prometheus, whose counters begin at 0 whenever its process does. The counter of errors does not exist before
/// the first error; after a restart it does, as clients do that declare the label values they know.
/// </summary>
internal sealed class SimulatedPod
{
    private readonly SimulatedService service;
    private readonly int number;
    private readonly SampledCounter good, bad;
    private readonly byte[] up;
    private double at, restart, upFrom;
    private long nextScrape;
    private bool wasScraped;

    public SimulatedPod(SimulatedService service, int number, long start, long ends, int phase)
    {
        this.service = service;
        this.number = number;
        Ends = ends;
        (at, upFrom) = (start, start);
        restart = service.NextRestart(start);
        var interval = service.Settings.ScrapeInterval;
        nextScrape = start - (start % interval) + phase;
        if (nextScrape < start)
            nextScrape += interval;
        good = new SampledCounter(Series("200")) { Exists = true };
        bad = new SampledCounter(Series("500"));
        up = OpenMetricsFile.Series("up", ("job", "shop"), ("instance", Instance));
    }

    /// <summary>When it goes.</summary>
    public long Ends { get; }

    public void Advance(long to, OpenMetricsFile file)
    {
        for (; nextScrape < to; nextScrape += service.Settings.ScrapeInterval)
        {
            LiveTo(nextScrape);
            if (upFrom <= nextScrape && service.IsScraped(nextScrape, number))
                Scrape(file);
        }

        LiveTo(to);
    }

    private void Scrape(OpenMetricsFile file)
    {
        file.Write(up, 1, nextScrape);
        var (g, b) = (good.Sample(file, nextScrape, wasScraped), bad.Sample(file, nextScrape, wasScraped));
        service.Contain(new EventTotals(b, g + b));
        wasScraped = true;
    }

    private void LiveTo(double end)
    {
        while (at < end)
        {
            var stop = Math.Min(end, restart);
            var events = service.Serve(at, stop - Math.Max(at, upFrom));
            good.Count(events.Valid - events.Bad);
            bad.Count(events.Bad);
            at = stop;
            if (at < restart)
                continue;

            upFrom = service.Restart(restart);
            restart = service.NextRestart(upFrom);
            good.Restart();
            bad.Restart();
        }
    }

    // A target has one metric here: with another one the service has other pods.
    private string Instance => $"{service.Settings.Name}-{service.Settings.Metric}-{number}:8080";

    private byte[] Series(string code) => OpenMetricsFile.Series(
        service.Settings.Metric,
        ("job", "shop"),
        ("instance", Instance),
        ("service", service.Settings.Name),
        ("code", code));

    private sealed class SampledCounter(byte[] series)
    {
        private double value, last;
        private bool wasSampled;

        public bool Exists { get; set; }

        public void Count(double events)
        {
            value += events;
            Exists |= events > 0;
        }

        public void Restart() => value = 0;

        /// <summary>Writes a sample, and tells the growth that it shows.</summary>
        public double Sample(OpenMetricsFile file, long time, bool wasTargetScraped)
        {
            if (!Exists)
                return 0;

            file.Write(series, value, time);
            double before = wasSampled ? last : wasTargetScraped ? 0 : value;
            (last, wasSampled) = (value, true);
            return value < before ? value : value - before;
        }
    }
}
