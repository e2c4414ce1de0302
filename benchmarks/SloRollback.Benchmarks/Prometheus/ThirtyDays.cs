using NodaTime;
using SloRollback.Prometheus.Tests.RealServer.Blocks;

namespace SloRollback.Benchmarks.Prometheus;

/// <summary>
/// The data: up to half an hour from now, so that rules have something to evaluate. For CPU 1,000 services in one metric and 1,000 in
/// metrics of their own, of 2 pods each, scraped every minute over the 3 days that the longest look-back over raw counters needs, and 30
/// days of recorded 5-minute ratios; for accuracy 30 days of services scraped twice a minute.
/// </summary>
internal sealed class ThirtyDays
{
    private const long Hour = 3600, Day = 24 * Hour;
    private const int ScrapeInterval = 60;
    private readonly List<SimulatedService> measured = [];
    private readonly long end, recentFrom, accuracyFrom;

    public ThirtyDays(Instant now)
    {
        end = now.ToUnixTimeSeconds() / 60 * 60 + Hour / 2;
        recentFrom = end - 3 * Day - 2 * Hour;
        accuracyFrom = (now.ToUnixTimeSeconds() / Day - 30) * Day;
        for (var i = 0; i < Objectives.Many; i++)
        {
            measured.Add(Measured(i, Objectives.SharedMetric));
            measured.Add(Measured(i, Objectives.OwnMetric(i)));
        }

        var chance = new Chance(1);
        for (var i = 0; i < 24; i++)
            Accuracy.Add(new SimulatedService(Accurate(i, chance), accuracyFrom, accuracyFrom + 30 * Day, 100_000 + i));
    }

    /// <summary>Services for accuracy; the last four are in a crash loop.</summary>
    public List<SimulatedService> Accuracy { get; } = [];

    public int CrashLoops => 4;

    /// <summary>The first minute of the 30 days for accuracy.</summary>
    public long AccuracyFirst => accuracyFrom / 60;

    /// <summary>A minute from which on hours of data lie in the last block.</summary>
    public long LiveFirst => end / 60 - 600;

    public async Task WriteAsync(BlockDirectory blocks)
    {
        // The blocks of the last days are smaller, as a server's own are.
        var boundary = recentFrom / (54 * Hour) * 54 * Hour;
        await blocks.FillAsync(accuracyFrom, boundary, 54, Write);
        await blocks.FillAsync(boundary, end, 18, Write);
        await blocks.CompleteAsync();
    }

    private void Write(OpenMetricsFile file, long from, long to)
    {
        foreach (var service in Accuracy)
            service.Advance(Math.Min(to, accuracyFrom + 30 * Day), file);

        if (to > recentFrom)
        {
            foreach (var service in measured)
                service.Advance(to, file);
        }

        var up = OpenMetricsFile.Series("up", ("job", "prometheus"), ("instance", "localhost:9090"));
        for (var at = from; at < to; at += 30)
            file.Write(up, 1, at);

        for (var i = 0; i < GeneratedRules.Recorded; i++)
            WriteRatios(file, i, Math.Max(from, end - 30 * Day - Hour), to);
    }

    private static void WriteRatios(OpenMetricsFile file, int number, long from, long to)
    {
        var series = OpenMetricsFile.Series(GeneratedRules.Recorded5m, GeneratedRules.SeriesLabels(number));
        var chance = new Chance(unchecked((number * 1_000_003) + (int)(from / 60)));
        for (var at = from; at < to; at += 60)
            file.Write(series, chance.Poisson(3) / chance.Uniform(1000, 3000), at);
    }

    private SimulatedService Measured(int number, string metric) => new(
        new ServiceSettings
        {
            Name = Objectives.Service(number),
            Metric = metric,
            ScrapeInterval = ScrapeInterval,
            PodLife = 10,
            GapsPerDay = 0,
        },
        recentFrom,
        end,
        seed: number + (metric == Objectives.SharedMetric ? 0 : Objectives.Many));

    private ServiceSettings Accurate(int number, Chance chance)
    {
        var isLooping = number >= 24 - CrashLoops;
        return new ServiceSettings
        {
            Name = Objectives.Service(number),
            Metric = "accuracy_requests_total",
            Replicas = 3,
            ScrapeInterval = 30,
            Rate = Math.Pow(10, chance.Uniform(0.5, 2)),
            DailySwing = chance.Uniform(0.3, 0.98),
            ErrorShare = Math.Pow(10, chance.Uniform(-4, -2.5)),
            IncidentsPerDay = chance.Uniform(0.1, 1),
            RestartsPerDay = isLooping ? 600 : 1,
            GapsPerDay = 2,
        };
    }
}
