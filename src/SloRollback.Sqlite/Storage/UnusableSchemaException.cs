namespace SloRollback.Sqlite.Storage;

/// <summary>The schema is there but not for us. The message is for people.</summary>
internal sealed class UnusableSchemaException(string message) : Exception(message);
