using Microsoft.Extensions.Logging;

namespace SloRollback.Sqlite.Storage;

/// <summary>What is logged about the file. Reads and writes that fail are logged by the engine, with the detail given here.</summary>
internal static partial class JournalLog
{
    public const string Category = "SloRollback.Journal";

    [LoggerMessage(4201, LogLevel.Warning, "What is older than the retention could not be removed, and will be tried again in an hour: {Why}", EventName = "NotPurged")]
    public static partial void NotPurged(ILogger logger, string why);
}
