using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus.Scraping;

/// <summary>The samples of all targets, kept in memory. Thread-safe: one thread scrapes, another reads.</summary>
internal sealed class ScrapeStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<LabelSet, StoredSeries> series = [];
    private readonly Dictionary<string, List<StoredSeries>> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ScrapeTimes> targets = new(StringComparer.Ordinal);
    private long? firstScrape;

    public int SeriesCount
    {
        get
        {
            lock (gate)
                return series.Count;
        }
    }

    /// <summary>Records the scrape of one target.</summary>
    /// <param name="target">What was scraped.</param>
    /// <param name="time">When, in milliseconds since the Unix epoch.</param>
    /// <param name="samples">The page, or <see langword="null"/> when it could not be had.</param>
    /// <param name="options">How many series there is room for, and how long ago a counter may have begun to be counted from 0.</param>
    /// <returns>Whether there was room; otherwise the scrape is recorded as failed.</returns>
    public bool Add(ScrapeTarget target, long time, List<ExposedSample>? samples, ScraperOptions options)
    {
        lock (gate)
        {
            if (!targets.TryGetValue(target.Identity, out var times))
                targets[target.Identity] = times = new ScrapeTimes();

            firstScrape ??= time;
            var labelled = samples?.Select(s => s with { Labels = s.Labels.WithTarget(target.Job, target.Instance) }).ToList();
            var hasRoom = labelled is null || series.Count + labelled.Count(s => !series.ContainsKey(s.Labels)) < options.MaximumSeries;
            if (labelled is not null && hasRoom)
            {
                var lastRead = times.Successes is [.., var last] ? last : firstScrape.Value;
                lastRead = Math.Max(lastRead, time - (long)options.GapTolerance.TotalMilliseconds);
                var births = new Births(labelled, lastRead, l => series.GetValueOrDefault(l)?.LastValue);

                // All are judged before the first is added: it is the page before this one that they are compared with.
                foreach (var sample in labelled.ConvertAll(s => (s.Labels, Sample: new CounterSample(time, s.Value, births.Contains(s.Labels)))))
                    Series(sample.Labels, target).Add(sample.Sample);
            }

            var isUp = labelled is not null && hasRoom;
            Series(target.Up, target).Add(new CounterSample(time, isUp ? 1 : 0));
            times.Add(time, isUp);
            return hasRoom;
        }
    }

    /// <summary>Forgets what was sampled before a time.</summary>
    public void ForgetBefore(long time) => Forget(s => s.ForgetBefore(time), t => t.ForgetBefore(time));

    /// <summary>Forgets what was sampled at or after a time: the clock was set back.</summary>
    public void ForgetFrom(long time)
    {
        Forget(s => s.ForgetFrom(time), t => t.ForgetFrom(time));
        lock (gate)
            firstScrape = firstScrape < time ? firstScrape : null;
    }

    /// <summary>Copies of the series that match, with the samples taken in <c>[from, before)</c>; series without any left out.</summary>
    public IReadOnlyList<CounterSeries> Read(SelectorMatcher matcher, long from, long before)
    {
        lock (gate)
        {
            IEnumerable<StoredSeries> candidates = matcher.MetricName is { } name ? byName.GetValueOrDefault(name) ?? [] : series.Values;
            return [.. candidates.Where(s => matcher.IsMatch(s.Labels)).Select(s => s.Copy(from, before)).Where(s => !s.Samples.IsEmpty)];
        }
    }

    /// <summary>When each target was scraped with success, and all times at which any was scraped at all.</summary>
    public (Dictionary<string, long[]> Successes, HashSet<long> Attempts) ReadScrapes()
    {
        lock (gate)
        {
            var successes = targets.ToDictionary(t => t.Key, t => t.Value.Successes.ToArray(), StringComparer.Ordinal);
            return (successes, [.. targets.Values.SelectMany(t => t.Attempts)]);
        }
    }

    private StoredSeries Series(LabelSet labels, ScrapeTarget target)
    {
        if (!series.TryGetValue(labels, out var stored))
        {
            series[labels] = stored = new StoredSeries(labels, target.Identity);
            if (!byName.TryGetValue(labels.Name, out var named))
                byName[labels.Name] = named = [];

            named.Add(stored);
        }

        return stored;
    }

    private void Forget(Action<StoredSeries> forgetSamples, Action<ScrapeTimes> forgetScrapes)
    {
        lock (gate)
        {
            foreach (var (labels, stored) in series)
            {
                forgetSamples(stored);
                if (stored.IsEmpty)
                {
                    // Removing while enumerating is allowed for this dictionary.
                    series.Remove(labels);
                    byName[labels.Name].Remove(stored);
                    if (byName[labels.Name].Count == 0)
                        byName.Remove(labels.Name);
                }
            }

            foreach (var (identity, times) in targets)
            {
                forgetScrapes(times);
                if (times.IsEmpty)
                    targets.Remove(identity);
            }
        }
    }
}
