using Microsoft.Extensions.Logging;
using SloRollback.Notifications;

namespace SloRollback.Hosting.Notifications;

/// <summary>The notifier that is always there: it writes to the host's log.</summary>
internal sealed partial class LogNotifier(ILoggerFactory loggers) : INotifier
{
    private readonly ILogger logger = loggers.CreateLogger("SloRollback.Notifications");

    public Task<NotificationResult> NotifyAsync(Notification notification, CancellationToken cancellationToken)
    {
        Notified(logger, notification.Kind, notification.Text);
        return Task.FromResult(new NotificationResult { IsDelivered = true });
    }

    [LoggerMessage(5001, LogLevel.Warning, "{Kind}: {Text}")]
    private static partial void Notified(ILogger logger, NotificationKind kind, string text);
}
