using System.ComponentModel.DataAnnotations;

namespace SloRollback.Prometheus;

/// <summary>
/// The embedded source, which scrapes <c>/metrics</c> endpoints itself and keeps the samples in memory: for hosts without a
/// Prometheus server. Bound from the section <c>SloRollback:Scraper</c>, or <c>SloRollback:{name}</c> for a source with a name of
/// its own; code comes after configuration. What was sampled is lost with the process.
/// </summary>
public sealed class ScraperOptions
{
    /// <summary>
    /// The addresses to scrape, path included: <c>http://checkout-1:8080/metrics</c>. Lists in several configuration files are
    /// merged by position, so keep the whole list in one of them.
    /// </summary>
    /// <value>Empty; then <see cref="TargetProvider"/> is needed.</value>
    public IList<Uri> Targets { get; } = [];

    /// <summary>
    /// Gives further addresses, asked before every scrape: for replicas that come and go. Called on the scraper's thread; an
    /// exception from it is logged, and the addresses it gave last are used.
    /// </summary>
    /// <value><see langword="null"/>: none. Set in code only.</value>
    public Func<IEnumerable<Uri>>? TargetProvider { get; set; }

    /// <summary>The value of the label <c>job</c> of everything scraped.</summary>
    /// <value><c>scraper</c>.</value>
    [Required]
    public string Job { get; set; } = "scraper";

    /// <summary>
    /// The time between two scrapes of a target. A step of the evaluation should be a whole multiple of it: scrapes are taken in
    /// the middle of intervals that begin at the Unix epoch, so that none falls on the border of two steps.
    /// </summary>
    /// <value>15 s. From 50 ms to 10 min.</value>
    public TimeSpan ScrapeInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long one scrape may take; never more than nine tenths of <see cref="ScrapeInterval"/>, whatever is set.</summary>
    /// <value>5 s. From 10 ms to 10 min.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>For how long steps can be read; older ones are unmeasured. At least the longest stretch read at once.</summary>
    /// <value>1 h. From 1 s to 7 days; memory grows with it.</value>
    public TimeSpan Retention { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How far before the steps a counter's value before is looked for, and how long a gap in the samples is read as any other time:
    /// growth over longer ones is spread over all of their steps. At least a few scrape intervals.
    /// </summary>
    /// <value>5 min. From 1 s to 1 h.</value>
    public TimeSpan GapTolerance { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The largest page of metrics that is read, in bytes; a larger one is a failed scrape.</summary>
    /// <value>16 MiB. From 1 KiB to 512 MiB.</value>
    [Range(1024, 1 << 29)]
    public int MaximumAnswerBytes { get; set; } = 16 << 20;

    /// <summary>How many series are kept in all; a scrape that would add more fails as a whole, since half of it would mislead.</summary>
    /// <value>100,000. From 1 to 10,000,000.</value>
    [Range(1, 10_000_000)]
    public int MaximumSeries { get; set; } = 100_000;
}
