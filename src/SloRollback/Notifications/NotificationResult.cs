namespace SloRollback.Notifications;

/// <summary>Whether a notification was delivered.</summary>
public sealed record NotificationResult
{
    /// <summary>Was it delivered?</summary>
    public bool IsDelivered { get; init; }

    /// <summary>If not: would a retry possibly work?</summary>
    public bool IsTransient { get; init; }

    /// <summary>The receiver's words. Holds no secrets.</summary>
    public string Detail { get => field ?? ""; init; } = "";
}
