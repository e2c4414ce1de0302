using System.Collections.Immutable;
using NodaTime;

namespace SloRollback.Kubernetes.History;

/// <summary>One time that a workload was changed to a revision, as its objects tell.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Number">The number that it got then; <see langword="null"/> where it was forgotten.</param>
/// <param name="StartedAt">When, in whole seconds; <see langword="null"/> where nothing tells.</param>
internal sealed record RevisionUse(RevisionFacts Revision, long? Number, Instant? StartedAt)
{
    /// <summary>All uses that revision objects tell of, up to the one that the workload asks for, in no order.</summary>
    /// <param name="running">What the workload asks for.</param>
    /// <param name="revisions">The objects.</param>
    /// <param name="changedAt">When the workload's template was changed last.</param>
    /// <param name="isNumberedByHistory">Do the objects remember their earlier numbers?</param>
    public static ImmutableArray<RevisionUse> Of(RevisionFacts running, IReadOnlyList<RevisionFacts> revisions, Instant? changedAt, bool isNumberedByHistory)
    {
        var uses = ImmutableArray.CreateBuilder<RevisionUse>();
        foreach (var revision in revisions)
        {
            var all = isNumberedByHistory ? Remembered(revision) : Forgotten(revision, revisions);

            // Objects may be newer than the workload that was read before them: the feed brings what comes after it.
            foreach (var use in all.Where(u => u.Number is null || u.Number <= running.Number))
                uses.Add(use.StartedAt is null && use.Number == running.Number && revision == running ? use with { StartedAt = changedAt } : use);
        }

        return uses.ToImmutable();
    }

    /// <summary>A ReplicaSet came to be at its first use; its others are known by number only.</summary>
    private static IEnumerable<RevisionUse> Remembered(RevisionFacts revision) =>
        revision.EarlierNumbers.Append(revision.Number).Distinct().Order().Select((number, i) => new RevisionUse(revision, number, i == 0 ? revision.CreatedAt : null));

    /// <summary>A ControllerRevision is made at its first use and numbered anew at its last.</summary>
    private static IEnumerable<RevisionUse> Forgotten(RevisionFacts revision, IReadOnlyList<RevisionFacts> revisions)
    {
        if (revision.NumberedAt > revision.CreatedAt)
            return [new(revision, null, revision.CreatedAt), new(revision, revision.Number, revision.NumberedAt)];
        if (revisions.Any(r => r.Number < revision.Number && r.CreatedAt > revision.CreatedAt))
            return [new(revision, null, revision.CreatedAt), new(revision, revision.Number, null)];
        return [new(revision, revision.Number, revision.CreatedAt)];
    }
}
