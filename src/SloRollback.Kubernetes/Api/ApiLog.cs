using Microsoft.Extensions.Logging;

namespace SloRollback.Kubernetes.Api;

/// <summary>What is written to a cluster. What comes of it is told by who asked for it.</summary>
internal static partial class ApiLog
{
    [LoggerMessage(3201, LogLevel.Information, "Cluster \"{Cluster}\": {What} was accepted")]
    public static partial void Written(ILogger logger, string cluster, string what);

    [LoggerMessage(3202, LogLevel.Debug, "Cluster \"{Cluster}\": {What} was not accepted: {Why}")]
    public static partial void NotWritten(ILogger logger, string cluster, string what, string why);

    [LoggerMessage(3203, LogLevel.Information, "Cluster \"{Cluster}\": {What} may have been accepted: {Why}")]
    public static partial void MayBeWritten(ILogger logger, string cluster, string what, string why);
}
