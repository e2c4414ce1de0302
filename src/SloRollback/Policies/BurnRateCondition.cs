using NodaTime;

namespace SloRollback.Policies;

/// <summary>Breached when the burn rate over one look-back is above a factor.</summary>
public sealed record BurnRateCondition : Condition
{
    /// <summary>The look-back, at least one step.</summary>
    public required Duration Lookback { get; init; }

    /// <summary>The factor that the burn rate must exceed, above 0; 1 spends the whole budget in exactly one period.</summary>
    public required decimal Above { get; init; }

    /// <summary>
    /// Count only bad events since the deployment, over all valid events of the look-back: the time to fire stays the same, and
    /// burn from before cannot be blamed on the deployment.
    /// </summary>
    /// <value><see langword="false"/>.</value>
    public bool SinceDeployment { get; init; }
}
