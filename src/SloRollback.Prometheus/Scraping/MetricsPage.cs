namespace SloRollback.Prometheus.Scraping;

/// <summary>What a scrape brought: samples, or why not.</summary>
/// <param name="Samples">The samples, or <see langword="null"/>.</param>
/// <param name="Problem">Why there are none; holds no secrets.</param>
internal sealed record MetricsPage(List<ExposedSample>? Samples, string Problem);
