using System.Collections.Immutable;
using NodaTime;

namespace SloRollback.Deployments;

/// <summary>The recent deployments of one target, or why they are not known.</summary>
public sealed record DeploymentHistoryResult
{
    /// <summary>The deployments, in any order.</summary>
    public ImmutableArray<Deployment> Deployments { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>
    /// When a watched or polled history was last confirmed by the platform; <see langword="null"/> when it is current by definition,
    /// as one fed by the host is.
    /// </summary>
    public Instant? ConfirmedAt { get; init; }

    /// <summary>Why the history is not available; <see langword="null"/> when it is.</summary>
    public string? Unavailable { get; init; }

    /// <summary>How far the platform's clock is ahead of ours; <see langword="null"/> when it cannot be told.</summary>
    public Duration? ClockOffset { get; init; }
}
