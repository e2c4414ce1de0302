namespace SloRollback.Prometheus.Counters;

/// <summary>A value that a server has for a series at a time.</summary>
/// <param name="Time">In milliseconds since the Unix epoch.</param>
/// <param name="Value">What is no finite number (NaN, ±∞) included.</param>
internal readonly record struct Sample(long Time, double Value);
