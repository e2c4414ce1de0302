namespace SloRollback.Sample.Scenarios;

/// <summary>The stage could not be set, for example since a port is taken.</summary>
internal sealed class StageException(string message) : Exception(message);
