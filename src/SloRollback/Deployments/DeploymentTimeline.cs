using System.Collections.Immutable;

namespace SloRollback.Deployments;

/// <summary>Puts a target's deployments in order.</summary>
internal static class DeploymentTimeline
{
    /// <summary>
    /// Oldest first, and each rollout once: one that two reporters saw (same revision, overlapping) is one deployment, which keeps the
    /// earlier start (SEMANTICS §6), or the one that is known and no guess. A rollout that nobody reported to have ended was superseded when the next began.
    /// </summary>
    public static ImmutableArray<Deployment> Of(IEnumerable<Deployment> deployments)
    {
        var timeline = new List<Deployment>();
        foreach (var deployment in deployments.OrderBy(d => d.StartedAt).ThenBy(d => d.Revision.Id, StringComparer.Ordinal))
        {
            var same = timeline.FindLastIndex(d => d.Revision.Id == deployment.Revision.Id && IsSameWorkload(d, deployment));
            if (same >= 0 && same == timeline.Count - 1 && !(timeline[same].EndedAt < deployment.StartedAt))
                timeline[same] = Merge(timeline[same], deployment);
            else
                timeline.Add(deployment);
        }

        for (var i = 0; i + 1 < timeline.Count; i++)
        {
            if (timeline[i].EndedAt is null)
                timeline[i] = timeline[i] with { EndedAt = timeline[i + 1].StartedAt, Outcome = DeploymentOutcome.Superseded };
        }

        return [.. timeline];
    }

    // A webhook does not know the workload's uid.
    private static bool IsSameWorkload(Deployment a, Deployment b) =>
        a.WorkloadUid == b.WorkloadUid || a.WorkloadUid.Length == 0 || b.WorkloadUid.Length == 0;

    private static Deployment Merge(Deployment first, Deployment second) => first with
    {
        StartedAt = first.IsStartApproximate && !second.IsStartApproximate ? second.StartedAt : first.StartedAt,
        IsStartApproximate = first.IsStartApproximate && second.IsStartApproximate,
        Images = first.Images.Length > 0 ? first.Images : second.Images,
        ChangeCause = first.ChangeCause.Length > 0 ? first.ChangeCause : second.ChangeCause,
        EndedAt = first.EndedAt ?? second.EndedAt,
        Outcome = first.EndedAt is null ? second.Outcome : first.Outcome,
        IsRollback = first.IsRollback || second.IsRollback,
        IsRollbackUnsafe = first.IsRollbackUnsafe || second.IsRollbackUnsafe,
    };
}
