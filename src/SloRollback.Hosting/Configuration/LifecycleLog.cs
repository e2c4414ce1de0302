using Microsoft.Extensions.Logging;

namespace SloRollback.Hosting.Configuration;

/// <summary>What is logged about the configuration, in the category <c>SloRollback.Lifecycle</c>.</summary>
internal static partial class LifecycleLog
{
    public const string Category = "SloRollback.Lifecycle";

    [LoggerMessage(EventId = 9101, EventName = "ConfigurationNotice", Message = "{Path} {Notice}")]
    private static partial void ConfigurationNotice(ILogger logger, LogLevel level, string path, string notice);

    public static void Write(this ILogger logger, ConfigurationNotice notice) =>
        ConfigurationNotice(logger, notice.Level, notice.Path, notice.Message);

    [LoggerMessage(
        9102, LogLevel.Warning, "{Path} has changed and is read once, at start: restart to apply", EventName = "ConfigurationChanged")]
    public static partial void ConfigurationChanged(this ILogger logger, string path);
}
