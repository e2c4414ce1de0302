using SloRollback.Notifications;
using SloRollback.Simulation.Tests.World;

namespace SloRollback.Simulation.Tests.Engine;

/// <summary>A replica's connection to whoever tells people.</summary>
internal sealed class NotifierClient(Universe universe, Replica replica) : INotifier
{
    public Task<NotificationResult> NotifyAsync(Notification notification, CancellationToken cancellationToken) => universe.Network.CallAsync(
        replica,
        "notifier",
        $"notify {notification.Key}",
        () =>
        {
            universe.Delivered.Add(notification.Key);
            return new NotificationResult { IsDelivered = true };
        });
}
