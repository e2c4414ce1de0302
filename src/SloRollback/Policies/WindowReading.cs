using NodaTime;

namespace SloRollback.Policies;

/// <summary>The burn rate over one look-back, beside its limit.</summary>
public sealed record WindowReading
{
    /// <summary>The look-back.</summary>
    public Duration Lookback { get; init; }

    /// <summary>Bad events that count.</summary>
    public double Bad { get; init; }

    /// <summary>Valid events, unmeasured steps at the mean rate included.</summary>
    public double Valid { get; init; }

    /// <summary>Share of the look-back that was measured, 0 to 1.</summary>
    public double Coverage { get; init; }

    /// <summary>The burn rate; <see langword="null"/> when there is no valid event.</summary>
    public double? BurnRate { get; init; }

    /// <summary>The factor that it must exceed; <see langword="null"/> when it is only shown.</summary>
    public decimal? Above { get; init; }
}
