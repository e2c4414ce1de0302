namespace SloRollback.Prometheus.Scraping;

/// <summary>
/// Finds the counters of one page of metrics that began at 0 since their target was last scraped, by the page's own
/// <c>process_start_time_seconds</c> and <c>…_created</c>: all that such a counter shows is news.
/// </summary>
internal sealed class Births
{
    private const string CreatedSuffix = "_created";
    private const string TotalSuffix = "_total";

    private readonly long lastRead;
    private readonly bool isProcessNew;
    private readonly Dictionary<LabelSet, double> created = [];

    /// <param name="samples">The page.</param>
    /// <param name="lastRead">When the target was last scraped, or when we began to, in milliseconds since the Unix epoch.</param>
    public Births(List<ExposedSample> samples, long lastRead)
    {
        this.lastRead = lastRead;
        foreach (var (labels, value) in samples)
        {
            if (labels.Name is "process_start_time_seconds")
                isProcessNew |= IsNew(value);
            else if (labels.Name.EndsWith(CreatedSuffix, StringComparison.Ordinal))
                created[labels] = value;
        }
    }

    public bool Contains(LabelSet labels)
    {
        if (isProcessNew || created.Count == 0)
            return isProcessNew;

        var name = labels.Name;
        var family = name.EndsWith(TotalSuffix, StringComparison.Ordinal) ? name[..^TotalSuffix.Length] : name;
        return created.TryGetValue(labels.Rename(family + CreatedSuffix), out var seconds) && IsNew(seconds);
    }

    private bool IsNew(double seconds) => double.IsFinite(seconds) && seconds * 1000 > lastRead;
}
