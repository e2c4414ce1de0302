using NodaTime;
using SloRollback.Deployments;

namespace SloRollback.Rollbacks;

/// <summary>The guards that follow from the rollbacks on record: cooldown and rate limit (SEMANTICS §7).</summary>
internal static class RollbackGuards
{
    /// <summary>Was the target rolled back a short while ago, or is it being rolled back?</summary>
    public static bool IsCooling(GuardState guards, DeploymentTarget target, Instant at, EngineSettings settings) => guards.Rollbacks.Any(r =>
        r.Target == target
        && r.MayHaveActed
        && (!r.IsFinal || at - r.ExecutingAt < settings.Cooldown));

    /// <summary>
    /// Were too many rollbacks executed within one period since somebody last resumed? Does not lapse with time: a burst of
    /// rollbacks says that something is wrong which a person must look at.
    /// </summary>
    public static bool IsLimited(GuardState guards, EngineSettings settings)
    {
        if (settings.RateLimit <= 0)
            return true;

        var executed = guards.Rollbacks
            .Where(r => r.MayHaveActed && !(r.ExecutingAt <= guards.ResumedAt))
            .Select(r => r.ExecutingAt!.Value)
            .Order()
            .ToList();
        for (var first = 0; first + settings.RateLimit <= executed.Count; first++)
        {
            if (executed[first + settings.RateLimit - 1] - executed[first] < settings.RateLimitPeriod)
                return true;
        }

        return false;
    }
}
