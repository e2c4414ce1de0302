using Microsoft.Extensions.Logging;
using SloRollback.Deployments;

namespace SloRollback.Hosting.Deployments;

internal static partial class DeploymentLog
{
    [LoggerMessage(1101, LogLevel.Information, "{Target}: {What} of {Revision} began")]
    public static partial void Began(ILogger logger, DeploymentTarget target, string what, Revision revision);

    [LoggerMessage(1102, LogLevel.Information, "{Target}: {What} of {Revision} ended: {Outcome}")]
    public static partial void Ended(ILogger logger, DeploymentTarget target, string what, Revision revision, DeploymentOutcome outcome);

    [LoggerMessage(1103, LogLevel.Warning, "The deployment feed of {Provider} broke; it is asked for again, every 30 s at least")]
    public static partial void FeedBroke(ILogger logger, Exception exception, string provider);

    [LoggerMessage(1104, LogLevel.Warning, "{Target}: the deployment history is unavailable: {Reason}")]
    public static partial void HistoryUnavailable(ILogger logger, DeploymentTarget target, string reason);

    [LoggerMessage(1105, LogLevel.Information, "{Target}: the deployment history is available again")]
    public static partial void HistoryAvailable(ILogger logger, DeploymentTarget target);
}
