using NodaTime;
using SloRollback.Services;

namespace SloRollback.Notifications;

/// <summary>One thing worth telling.</summary>
public sealed record Notification
{
    /// <summary>The same key is the same notification, however often it is sent.</summary>
    public required string Key { get; init; }

    /// <summary>What kind of thing happened.</summary>
    public NotificationKind Kind { get; init; }

    /// <summary>The service it happened to.</summary>
    public ServiceId Service { get; init; }

    /// <summary>When it happened.</summary>
    public Instant At { get; init; }

    /// <summary>The sentence that a tired person needs.</summary>
    public required string Text { get; init; }

    /// <summary>The evidence that belongs to it, or empty.</summary>
    public string EvidenceId { get => field ?? ""; init; } = "";
}
