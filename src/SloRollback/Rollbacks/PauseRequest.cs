using NodaTime;

namespace SloRollback.Rollbacks;

/// <summary>Turns the kill switch on or off.</summary>
public sealed record PauseRequest
{
    /// <summary>Pause, or resume? Resuming everywhere also restarts the count of the rate limit.</summary>
    public bool IsPause { get; init; }

    /// <summary>Where, as in <see cref="Pause.Scope"/>. Resuming ends the pause of this very scope.</summary>
    /// <value>Empty: everywhere.</value>
    public string Scope { get => field ?? ""; init; } = "";

    /// <summary>Who does it.</summary>
    public required string By { get; init; }

    /// <summary>Why.</summary>
    public string Reason { get => field ?? ""; init; } = "";

    /// <summary>When.</summary>
    public Instant At { get; init; }
}
