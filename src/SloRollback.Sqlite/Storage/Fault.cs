using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace SloRollback.Sqlite.Storage;

/// <summary>What can go wrong with the file, in words for people. None holds a value that was written.</summary>
internal static class Fault
{
    private const int Busy = 5, Locked = 6, ReadOnly = 8, InputOutput = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;

    /// <summary>Is it the world's fault? What is not is a bug.</summary>
    public static bool IsExpected(Exception e) => e is SqliteException or IOException or UnauthorizedAccessException or JsonException or UnusableSchemaException;

    public static string Explain(string path, Exception e) => $"SQLite {path}: " + e switch
    {
        SqliteException { SqliteErrorCode: Full } => "the disk is full",
        SqliteException { SqliteErrorCode: ReadOnly } => "it cannot be written to, the file or its directory is read-only",
        SqliteException { SqliteErrorCode: Busy or Locked } => "another process keeps it locked",
        SqliteException { SqliteErrorCode: Corrupt } s => $"it is damaged ({s.Message}); stop the host, keep the file, and bring a backup back or name another file",
        SqliteException { SqliteErrorCode: NotADatabase } => "it is not a SQLite database, or damaged at its beginning; nothing was changed in it",
        SqliteException { SqliteErrorCode: CannotOpen } => "it cannot be opened: does its directory exist, and may it be read and written?",
        SqliteException { SqliteErrorCode: InputOutput } s => $"the disk fails ({s.Message})",
        JsonException => $"a record cannot be read: {e.Message}",
        _ => e.Message.TrimEnd('.'),
    };
}
