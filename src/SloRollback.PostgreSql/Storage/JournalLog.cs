using Microsoft.Extensions.Logging;

namespace SloRollback.PostgreSql.Storage;

/// <summary>What is logged about the database. Reads and writes that fail are logged by the engine, with the detail given here.</summary>
internal static partial class JournalLog
{
    public const string Category = "SloRollback.Journal";

    [LoggerMessage(4101, LogLevel.Information, "{Where} is open, schema {Schema}", EventName = "DatabaseOpened")]
    public static partial void Opened(ILogger logger, string where, string schema);

    [LoggerMessage(4102, LogLevel.Error, "{Why}; nothing is rolled back until it is open, and every call tries again", EventName = "DatabaseNotOpened")]
    public static partial void NotOpened(ILogger logger, string why);

    [LoggerMessage(4103, LogLevel.Warning, "What is older than the retention could not be removed, and will be tried again in an hour: {Why}", EventName = "NotPurged")]
    public static partial void NotPurged(ILogger logger, string why);
}
