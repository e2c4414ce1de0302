using SloRollback.Notifications;

namespace SloRollback.Rollbacks;

/// <summary>A notification that is on record until it was delivered, so that no crash loses it.</summary>
public sealed record OutboxMessage
{
    /// <summary>The notifier that is to send it.</summary>
    public required string Notifier { get; init; }

    /// <summary>What to send.</summary>
    public required Notification Notification { get; init; }

    /// <summary>Identity: one notification to one notifier. A message of a key that is there already changes nothing.</summary>
    public string Key => $"{Notification.Key}|{Notifier}";
}
