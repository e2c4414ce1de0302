namespace SloRollback.Prometheus.Counters;

/// <summary>One sample of a counter.</summary>
/// <param name="Time">When it was taken, in milliseconds since the Unix epoch.</param>
/// <param name="Value">The counter's value; what is no finite number is ignored.</param>
/// <param name="IsBirth">Is the counter known to have begun at 0 after everything that was read of it before?</param>
internal readonly record struct CounterSample(long Time, double Value, bool IsBirth = false);
