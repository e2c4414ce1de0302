namespace SloRollback.Notifications;

/// <summary>
/// Tells people or systems what happened. Implementations are registered as keyed services, keyed by the notifier's name. A
/// notification is sent at least once: the receiver drops repeats by <see cref="Notification.Key"/>.
/// </summary>
public interface INotifier
{
    /// <summary>Sends one notification.</summary>
    /// <param name="notification">What happened.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<NotificationResult> NotifyAsync(Notification notification, CancellationToken cancellationToken);
}
