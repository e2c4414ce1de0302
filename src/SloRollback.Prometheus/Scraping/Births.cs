namespace SloRollback.Prometheus.Scraping;

/// <summary>
/// Finds the counters of one page of metrics that began at 0 since their target was last scraped, by the page's own
/// <c>process_start_time_seconds</c> and <c>…_created</c>: all that such a counter shows is news.
/// </summary>
internal sealed class Births
{
    private const string CreatedSuffix = "_created";
    private const string TotalSuffix = "_total";

    // A start is worked out by the target and may waver a little; a process that lives longer than this between restarts is told apart.
    private const double SameStartSeconds = 2;

    private readonly long lastRead;
    private readonly Func<LabelSet, double?> previous;
    private readonly bool isProcessNew;
    private readonly Dictionary<LabelSet, double> created = [];

    /// <param name="samples">The page.</param>
    /// <param name="lastRead">When the target was last scraped, or when we began to, in milliseconds since the Unix epoch.</param>
    /// <param name="previous">The last value of a series, if it was scraped before.</param>
    public Births(List<ExposedSample> samples, long lastRead, Func<LabelSet, double?> previous)
    {
        this.lastRead = lastRead;
        this.previous = previous;
        var processes = 0;
        foreach (var (labels, value) in samples)
        {
            if (labels.Name is "process_start_time_seconds")
            {
                isProcessNew = IsNew(labels, value);
                processes++;
            }
            else if (labels.Name.EndsWith(CreatedSuffix, StringComparison.Ordinal))
            {
                created[labels] = value;
            }
        }

        // A page that joins several processes does not say which of them a counter is of.
        isProcessNew &= processes == 1;
    }

    public bool Contains(LabelSet labels)
    {
        if (isProcessNew || created.Count == 0)
            return isProcessNew;

        var name = labels.Name;
        var family = name.EndsWith(TotalSuffix, StringComparison.Ordinal) ? name[..^TotalSuffix.Length] : name;
        var start = labels.Rename(family + CreatedSuffix);
        return created.TryGetValue(start, out var seconds) && IsNew(start, seconds);
    }

    // A target whose clock is ahead seems to have begun just now for a while: what it showed before was counted before.
    private bool IsNew(LabelSet start, double seconds) =>
        double.IsFinite(seconds) && seconds * 1000 > lastRead && !(Math.Abs((previous(start) ?? double.NaN) - seconds) <= SameStartSeconds);
}
