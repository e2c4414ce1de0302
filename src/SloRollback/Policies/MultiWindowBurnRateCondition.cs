using NodaTime;

namespace SloRollback.Policies;

/// <summary>
/// Breached when the burn rate is above a factor over a long and a short look-back (Google SRE Workbook, ch. 5): the long one says
/// that it matters, the short one that it still goes on.
/// </summary>
public sealed record MultiWindowBurnRateCondition : Condition
{
    /// <summary>The long look-back.</summary>
    public required Duration Long { get; init; }

    /// <summary>The short look-back: at least one step and shorter than <see cref="Long"/>.</summary>
    public required Duration Short { get; init; }

    /// <summary>The factor that both burn rates must exceed, above 0.</summary>
    public required decimal Above { get; init; }

    /// <summary>
    /// Count only bad events since the deployment, over all valid events of each look-back: the time to fire stays the same, and
    /// burn from before cannot be blamed on the deployment.
    /// </summary>
    /// <value><see langword="false"/>.</value>
    public bool SinceDeployment { get; init; }
}
