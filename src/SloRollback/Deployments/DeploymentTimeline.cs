using System.Collections.Immutable;

namespace SloRollback.Deployments;

/// <summary>Puts a target's deployments in order.</summary>
internal static class DeploymentTimeline
{
    /// <summary>
    /// Oldest first, and each rollout once: one that two reporters saw (same revision, overlapping) is one deployment, which keeps the
    /// earlier start (SEMANTICS §6).
    /// </summary>
    public static ImmutableArray<Deployment> Of(IEnumerable<Deployment> deployments)
    {
        var timeline = new List<Deployment>();
        foreach (var deployment in deployments.OrderBy(d => d.StartedAt).ThenBy(d => d.Revision.Id, StringComparer.Ordinal))
        {
            var same = timeline.FindLastIndex(d => d.Revision.Id == deployment.Revision.Id && d.WorkloadUid == deployment.WorkloadUid);
            if (same >= 0 && same == timeline.Count - 1 && !(timeline[same].EndedAt < deployment.StartedAt))
                timeline[same] = Merge(timeline[same], deployment);
            else
                timeline.Add(deployment);
        }

        return [.. timeline];
    }

    private static Deployment Merge(Deployment first, Deployment second) => first with
    {
        EndedAt = first.EndedAt ?? second.EndedAt,
        Outcome = first.EndedAt is null ? second.Outcome : first.Outcome,
        IsRollback = first.IsRollback || second.IsRollback,
        IsRollbackUnsafe = first.IsRollbackUnsafe || second.IsRollbackUnsafe,
    };
}
