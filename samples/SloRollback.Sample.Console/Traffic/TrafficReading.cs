namespace SloRollback.Sample.Traffic;

/// <summary>Requests of the last few seconds.</summary>
/// <param name="PerSecond">Answered requests per second.</param>
/// <param name="FailedShare">Share of them that failed, 0 to 1; <see langword="null"/> when there were none.</param>
internal readonly record struct TrafficReading(double PerSecond, double? FailedShare);
