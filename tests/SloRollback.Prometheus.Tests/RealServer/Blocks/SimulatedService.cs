namespace SloRollback.Prometheus.Tests.RealServer.Blocks;

/// <summary>
/// A service whose pods serve, fail, restart, go and come, and are scraped, now and then in vain. It knows what happened in truth, and
/// what of it the samples hold: two things, since what a process counted after its last scrape dies with it.
/// </summary>
internal sealed class SimulatedService
{
    private const double Day = 86_400;
    private readonly Chance chance;
    private readonly double peak;
    private readonly SimulatedPod[] pods;
    private readonly List<Incident> incidents;
    private readonly List<Gap> gaps;
    private int born;

    /// <param name="settings">What it is like.</param>
    /// <param name="start">When it begins, in seconds since the Unix epoch.</param>
    /// <param name="end">When nothing more is asked.</param>
    /// <param name="seed">The same seed, the same events.</param>
    public SimulatedService(ServiceSettings settings, long start, long end, int seed)
    {
        Settings = settings;
        chance = new Chance(seed);
        peak = chance.Uniform(0, Math.Tau);
        incidents = Incidents(start, end);
        gaps = Gaps(start, end);
        pods = [.. Enumerable.Range(0, settings.Replicas).Select(_ => NewPod(start))];
    }

    public ServiceSettings Settings { get; }

    /// <summary>All events.</summary>
    public EventTotals Happened { get; private set; }

    /// <summary>
    /// The growth contained in the samples. A counter that appears counts from 0 where its pod had been scraped without it, else its
    /// first sample is the baseline.
    /// </summary>
    public EventTotals Sampled { get; private set; }

    /// <summary>Restarts of processes.</summary>
    public int Restarts { get; private set; }

    /// <summary>Goes on to a time and writes the samples on the way.</summary>
    public void Advance(long to, OpenMetricsFile file)
    {
        for (var i = 0; i < pods.Length; i++)
        {
            while (pods[i].Ends < to)
            {
                pods[i].Advance(pods[i].Ends, file);
                pods[i] = NewPod(pods[i].Ends + chance.Whole(5, 30));
            }

            pods[i].Advance(to, file);
        }
    }

    /// <summary>Events of one pod over some seconds, which are few.</summary>
    internal EventTotals Serve(double at, double seconds)
    {
        if (seconds <= 0)
            return default;

        var rate = Settings.Rate / Settings.Replicas * (1 + (Settings.DailySwing * Math.Sin((Math.Tau * at / Day) + peak)));
        var valid = chance.Poisson(rate * seconds);
        var incident = incidents.Find(i => i.From <= at && at < i.To);
        var share = incident is null ? Settings.ErrorShare : incident.ErrorShare;
        var events = new EventTotals(Math.Min(valid, chance.Poisson(valid * share)), valid);
        Happened += events;
        return events;
    }

    internal void Contain(EventTotals growth) => Sampled += growth;

    internal bool IsScraped(long at, int pod) => !gaps.Exists(g => g.From <= at && at < g.To && (g.IsWhole || (pod & 1) == 0));

    internal double NextRestart(double from) =>
        Settings.RestartsPerDay > 0 ? from + chance.Exponential(Day / Settings.RestartsPerDay) : double.PositiveInfinity;

    /// <summary>Begins a process anew; tells when it is there again.</summary>
    internal double Restart(double at)
    {
        Restarts++;
        return at + chance.Uniform(5, Settings.LongestRestart);
    }

    private SimulatedPod NewPod(long start)
    {
        var life = Math.Max(1800, (long)chance.Exponential(Settings.PodLife * Day));
        return new SimulatedPod(this, born++, start, start + life, chance.Whole(0, Settings.ScrapeInterval));
    }

    private List<Incident> Incidents(long start, long end)
    {
        var list = new List<Incident>();
        if (Settings.IncidentsPerDay <= 0)
            return list;

        for (var at = start + chance.Exponential(Day / Settings.IncidentsPerDay); at < end; at += chance.Exponential(Day / Settings.IncidentsPerDay))
            list.Add(new Incident(at, at + chance.Uniform(120, 7200), Math.Pow(10, chance.Uniform(-2, -0.3))));
        return list;
    }

    // None near midnight, so that a day's growth lies in the day's steps.
    private List<Gap> Gaps(long start, long end)
    {
        var list = new List<Gap>();
        if (Settings.GapsPerDay <= 0)
            return list;

        // From the sample before to the sample after it are 5 min at most, even if a process ends on the way.
        var longest = Math.Max(31, 300 - (3 * Settings.ScrapeInterval) - Settings.LongestRestart);

        for (var at = start + 900 + chance.Exponential(Day / Settings.GapsPerDay); at < end; at += 900 + chance.Exponential(Day / Settings.GapsPerDay))
        {
            if (at % Day is > 900 and < Day - 900)
                list.Add(new Gap(at, at + chance.Uniform(30, longest), chance.Whole(0, 2) == 0));
        }

        return list;
    }

    private sealed record Incident(double From, double To, double ErrorShare);

    private sealed record Gap(double From, double To, bool IsWhole);
}
