namespace SloRollback.Policies;

/// <summary>
/// Breached when valid events have stayed away since a deployment's rollout ended: fewer than a share of the least of what the hour
/// before, the 15 minutes before and the same stretch a day and a week ago let expect, too few for chance (Poisson tail under
/// 1e-4, at least 8 expected), throughout the stretch, while no other service lost traffic too. For events only, not for slices.
/// </summary>
public sealed record TrafficLostCondition : Condition
{
    /// <summary>The share of the expected events under which traffic counts as lost, above 0 and below 1.</summary>
    /// <value>0.4.</value>
    public decimal BelowShare { get; init; } = 0.4m;
}
