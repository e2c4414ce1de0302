using System.ComponentModel.DataAnnotations;

namespace SloRollback.Prometheus;

/// <summary>
/// Where a Prometheus server, or what speaks its HTTP API (Thanos, Mimir, VictoriaMetrics), is found, and the limits of asking it.
/// Bound from the section <c>SloRollback:Prometheus</c>, or <c>SloRollback:{name}</c> for a source with a name of its own; code
/// comes after configuration.
/// </summary>
public sealed class PrometheusOptions
{
    /// <summary>
    /// The server's address, http or https, with the path prefix it is served under, if any: <c>http://prometheus:9090</c>.
    /// Credentials belong into <see cref="Headers"/> or the host's <c>IHttpClientBuilder</c>, not into the address.
    /// </summary>
    /// <value>Required.</value>
    [Required]
    public Uri? BaseAddress { get; set; }

    /// <summary>How long one query may take, answer included.</summary>
    /// <value>10 s. From 10 ms to 10 min.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Headers sent with every query, such as <c>X-Scope-OrgID</c>. Never logged.</summary>
    /// <value>Empty.</value>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The time between two scrapes of a target, as the server is configured; of several the shortest. Counts stay right when it is
    /// longer in truth; the engine's <c>Settle</c> should be twice as long.
    /// </summary>
    /// <value>15 s. From 50 ms to 10 min.</value>
    public TimeSpan ScrapeInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How counters are read.</summary>
    /// <value><see cref="PrometheusReading.Auto"/>.</value>
    [EnumDataType(typeof(PrometheusReading))]
    public PrometheusReading Reading { get; set; }

    /// <summary>Up to how many series in all counters are read sample by sample, when <see cref="Reading"/> is <see cref="PrometheusReading.Auto"/>.</summary>
    /// <value>100,000. From 0 to 10,000,000; a series takes about 1 KB of memory.</value>
    [Range(0, 10_000_000)]
    public int MaximumRawSeries { get; set; } = 100_000;

    /// <summary>How many selectors one query serves at most; a query that turns out too large is cut in halves besides.</summary>
    /// <value>1,000. From 2 to 100,000.</value>
    [Range(2, 100_000)]
    public int MaximumSelectorsPerQuery { get; set; } = 1_000;

    /// <summary>
    /// How far before the steps a counter's value before is looked for, and how long a gap in the samples is read as any other time:
    /// growth over longer ones is spread over all of their steps. At least a few scrape intervals.
    /// </summary>
    /// <value>5 min. From 1 s to 1 h.</value>
    public TimeSpan GapTolerance { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The largest answer that is read, in bytes; a larger one makes the query unmeasured.</summary>
    /// <value>64 MiB. From 1 KiB to 512 MiB.</value>
    [Range(1024, 1 << 29)]
    public int MaximumAnswerBytes { get; set; } = 64 << 20;

    /// <summary>
    /// Is the server asked to compress its answers with gzip? It spares the network and costs the server several times the work of
    /// the answer: for servers far away. <see cref="MaximumAnswerBytes"/> counts decompressed bytes.
    /// </summary>
    /// <value><see langword="false"/>.</value>
    public bool AcceptGzip { get; set; }

    /// <summary>
    /// Are answers used that lack data, since a part of the platform (a store of Thanos, an ingester of Cortex, a node of
    /// VictoriaMetrics, a remote read of Prometheus) could not give them? Missing counters look like a loss of traffic, or like fewer
    /// errors than there were; such a query is unmeasured by default.
    /// </summary>
    /// <value><see langword="false"/>.</value>
    public bool AllowPartialResponse { get; set; }

    /// <summary>
    /// The label of series that names the pod they come from. After the start it is asked once whether an objective's series come from
    /// pods of the workload that would be rolled back; if none does, nothing is rolled back for it. Empty: that is not asked, as for
    /// indicators that are measured at an ingress or by clients.
    /// </summary>
    /// <value><c>pod</c>.</value>
    public string PodLabel { get; set; } = "pod";

    /// <summary>The label of series that names the namespace of <see cref="PodLabel"/>; empty: pods are compared by name alone.</summary>
    /// <value><c>namespace</c>.</value>
    public string NamespaceLabel { get; set; } = "namespace";

    /// <summary>How many queries of one read may run at the same time; back-fill is a read of its own beside the live one.</summary>
    /// <value>4. From 1 to 256.</value>
    [Range(1, 256)]
    public int MaximumConcurrency { get; set; } = 4;
}
