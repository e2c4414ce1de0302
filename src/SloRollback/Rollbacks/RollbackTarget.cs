using System.Collections.Immutable;
using SloRollback.Deployments;

namespace SloRollback.Rollbacks;

/// <summary>Finds the revision to return to: the last known good (SEMANTICS §6).</summary>
internal static class RollbackTarget
{
    private const double MinimumCoverage = 0.8;

    /// <summary>
    /// The newest deployment older than the suspect whose revision is on record as good. A revision that nobody measured is good
    /// enough where a person decides.
    /// </summary>
    public static Deployment? Find(DecisionInput input, Deployment suspect, ImmutableArray<Revision> passedOver)
    {
        var older = input.Deployments
            .Where(d => d.StartedAt < suspect.StartedAt && IsEligible(d, input, suspect, passedOver))
            .OrderByDescending(d => d.StartedAt)
            .ToList();
        var good = older.Find(d => Record(input, d) is { } record && IsGood(record, input.Settings, input.Rule.MinimumValid));
        return good is null && input.Action.Mode != RollbackMode.Automatic
            ? older.Find(d => Record(input, d) is not { } record || IsUnmeasured(record))
            : good;
    }

    private static bool IsEligible(Deployment deployment, DecisionInput input, Deployment suspect, ImmutableArray<Revision> passedOver)
    {
        var revision = deployment.Revision.Id;
        return revision != suspect.Revision.Id
            && passedOver.All(r => r.Id != revision)
            && !input.Guards.Rollbacks.Any(r => Quarantine.Covers(r, deployment.Target, revision, input.EvaluatedAt, input.Settings.Quarantine));
    }

    /// <summary>Did a revision serve long enough, well enough measured, with enough events and no episode of its own?</summary>
    public static bool IsGood(RevisionRecord record, EngineSettings settings, long minimumValid) =>
        !record.IsAttributed
        && record.Served >= settings.BakeTime
        && record.Measured.TotalSeconds >= MinimumCoverage * record.Served.TotalSeconds
        && record.Valid >= minimumValid;

    private static bool IsUnmeasured(RevisionRecord record) => !record.IsAttributed && record.Valid == 0;

    private static RevisionRecord? Record(DecisionInput input, Deployment deployment) =>
        input.Revisions.FirstOrDefault(r => r.RevisionId == deployment.Revision.Id);
}
