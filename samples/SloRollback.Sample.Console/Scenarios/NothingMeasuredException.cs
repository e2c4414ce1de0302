namespace SloRollback.Sample.Scenarios;

/// <summary>The metric source has no counts of the service: there is no story to tell.</summary>
internal sealed class NothingMeasuredException(string detail) : Exception(detail);
