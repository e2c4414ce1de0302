using System.Collections.Immutable;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Indicators;

namespace SloRollback.Rollbacks;

/// <summary>
/// Keeps, for one objective and target, what each revision did while it alone served: the record by which a revision is known to be
/// good (SEMANTICS §6). Grows by one entry per revision; entries that no deployment names any more are dropped.
/// </summary>
internal sealed class RevisionLedger
{
    private const int Spare = 10;

    private readonly Dictionary<string, RevisionRecord> records = [];

    /// <summary>Books a step on the revision that served alone during the whole of it, if one did.</summary>
    /// <param name="deployments">The target's deployments, oldest first.</param>
    /// <param name="start">The step's start.</param>
    /// <param name="length">The step's length.</param>
    /// <param name="step">What the step held.</param>
    public void Book(ImmutableArray<Deployment> deployments, Instant start, Duration length, in SliStep step)
    {
        if (ServesAlone(deployments, start, start + length) is not { } revision)
            return;

        Forget(deployments);
        var record = Get(revision.Id);
        var isMeasured = step.State is StepState.Measured or StepState.NoTraffic;
        records[revision.Id] = record with
        {
            Served = record.Served + length,
            Measured = record.Measured + (isMeasured ? length : Duration.Zero),
            Valid = record.Valid + step.Valid,
        };
    }

    /// <summary>Notes that an episode was attributed to a revision.</summary>
    public void Attribute(string revisionId) => records[revisionId] = Get(revisionId) with { IsAttributed = true };

    /// <summary>The records of a target's revisions.</summary>
    public ImmutableArray<RevisionRecord> Of(ImmutableArray<Deployment> deployments) =>
        [.. deployments.Select(d => d.Revision.Id).Distinct().Where(records.ContainsKey).Select(id => records[id])];

    /// <summary>All records, in the order of their revisions.</summary>
    public ImmutableArray<RevisionRecord> Save() => [.. records.Values.OrderBy(r => r.RevisionId, StringComparer.Ordinal)];

    /// <summary>Takes records over that were saved.</summary>
    public void Load(ImmutableArray<RevisionRecord> saved)
    {
        foreach (var record in saved)
            records[record.RevisionId] = record;
    }

    private static Revision? ServesAlone(ImmutableArray<Deployment> deployments, Instant start, Instant end)
    {
        for (var i = deployments.Length - 1; i >= 0; i--)
        {
            var deployment = deployments[i];
            if (deployment.StartedAt >= end)
                continue;

            var isAlone = deployment.StartedAt <= start && deployment.EndedAt <= start && deployment.Outcome == DeploymentOutcome.Completed;
            return isAlone ? deployment.Revision : null;
        }

        return null;
    }

    // Not at every step, and never for a history that is short since it could not be read: it then names no revision to book on.
    private void Forget(ImmutableArray<Deployment> deployments)
    {
        if (records.Count <= deployments.Length + Spare)
            return;

        var named = deployments.Select(d => d.Revision.Id).ToHashSet();
        foreach (var id in records.Keys)
        {
            if (!named.Contains(id))
                records.Remove(id);
        }
    }

    private RevisionRecord Get(string revisionId) =>
        records.TryGetValue(revisionId, out var record) ? record : new RevisionRecord { RevisionId = revisionId };
}
