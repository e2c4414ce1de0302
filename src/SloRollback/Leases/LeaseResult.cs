namespace SloRollback.Leases;

/// <summary>What came of a call for a lease.</summary>
public sealed record LeaseResult
{
    /// <summary>Who may evaluate.</summary>
    /// <value><see cref="LeaseStatus.Unavailable"/>.</value>
    public LeaseStatus Status { get; init; }

    /// <summary>Who holds the lease; <see langword="null"/> when nobody does, or when it is not known.</summary>
    public string? Holder { get; init; }

    /// <summary>Why it is not known; else empty.</summary>
    public string Detail { get => field ?? ""; init; } = "";
}
