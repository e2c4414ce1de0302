namespace SloRollback.Prometheus.Scraping;

/// <summary>One line of a page of metrics.</summary>
/// <param name="Labels">The labels, <c>__name__</c> among them, sorted by name.</param>
/// <param name="Value">The value.</param>
internal readonly record struct ExposedSample(LabelSet Labels, double Value);
