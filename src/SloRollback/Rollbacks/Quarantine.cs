using NodaTime;
using SloRollback.Deployments;

namespace SloRollback.Rollbacks;

/// <summary>
/// Quarantine of revisions (SEMANTICS §6). It follows from the rollbacks on record: it begins when one executes, covers the
/// revision that was left and every one passed over, expires, and is lifted when the rollback had no effect.
/// </summary>
internal static class Quarantine
{
    /// <summary>Is a revision in quarantine because of a rollback?</summary>
    public static bool Covers(RollbackRecord rollback, DeploymentTarget target, string revisionId, Instant at, Duration length) =>
        rollback.ExecutingAt is { } began
        && rollback.State != RollbackState.NoEffect
        && rollback.Target == target
        && at - began < length
        && (rollback.From.Id == revisionId || rollback.PassedOver.Any(r => r.Id == revisionId));
}
