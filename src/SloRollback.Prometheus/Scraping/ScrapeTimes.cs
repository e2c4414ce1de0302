namespace SloRollback.Prometheus.Scraping;

/// <summary>When one target was scraped, and when with success. Not thread-safe: the store guards it.</summary>
internal sealed class ScrapeTimes
{
    private readonly List<long> attempts = [];
    private readonly List<long> successes = [];

    public IReadOnlyList<long> Attempts => attempts;

    public IReadOnlyList<long> Successes => successes;

    public bool IsEmpty => attempts.Count == 0;

    public void Add(long time, bool isSuccess)
    {
        if (attempts.Count == 0 || attempts[^1] < time)
            attempts.Add(time);
        if (isSuccess && (successes.Count == 0 || successes[^1] < time))
            successes.Add(time);
    }

    public void ForgetBefore(long time)
    {
        attempts.RemoveAll(t => t < time);
        successes.RemoveAll(t => t < time);
    }

    public void ForgetFrom(long time)
    {
        attempts.RemoveAll(t => t >= time);
        successes.RemoveAll(t => t >= time);
    }
}
