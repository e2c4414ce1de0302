using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus.Scraping;

/// <summary>An endpoint to scrape.</summary>
internal sealed class ScrapeTarget
{
    public ScrapeTarget(Uri address, string job)
    {
        Address = address;
        Job = job;
        Instance = $"{address.Host}:{address.Port}" + (address.PathAndQuery is "/metrics" or "/" ? "" : address.PathAndQuery);
        Identity = TargetIdentity.Of(job, Instance);
        Up = new LabelSet([(VectorSelector.NameLabel, "up"), ("job", job), ("instance", Instance)]);
    }

    public Uri Address { get; }

    public string Job { get; }

    /// <summary>Host and port, and the path where it is not <c>/metrics</c>: two pages of one port are two targets.</summary>
    public string Instance { get; }

    public string Identity { get; }

    /// <summary>The series that tells whether the target could be scraped.</summary>
    public LabelSet Up { get; }
}
