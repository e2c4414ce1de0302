namespace SloRollback.Prometheus;

/// <summary>How counters are read from a server.</summary>
public enum PrometheusReading
{
    /// <summary>Sample by sample up to <see cref="PrometheusOptions.MaximumRawSeries"/> series, summed by the server above.</summary>
    Auto,

    /// <summary>Sample by sample: exact, and the cheapest for the server.</summary>
    Raw,

    /// <summary>Summed by the server in sub-steps of a scrape interval: small answers, whatever the number of series.</summary>
    Aggregated,
}
