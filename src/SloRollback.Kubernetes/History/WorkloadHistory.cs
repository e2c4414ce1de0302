using System.Collections.Immutable;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.History;

/// <summary>
/// The deployments of one workload, made of what is read of it: its object at some moments, and its ReplicaSets or ControllerRevisions
/// when it asks for another revision. Moments that were missed lose nothing, since the revision objects tell them. A change of the
/// template begins a deployment when the controller acts on it; one that it never came to, as on a paused Deployment, is none.
/// </summary>
internal sealed class WorkloadHistory(DeploymentTarget target, WorkloadKind kind)
{
    private static readonly Duration Retention = Duration.FromDays(32);

    // Where the status does not tell when a rollout ended, its newest change may be of last night's crash: an end too late would keep the
    // window of an old deployment open. It is Kubernetes' own default for how long a rollout may take.
    private static readonly Duration LongestUnseen = Duration.FromMinutes(10);

    private List<HistoryEntry> entries = [];
    private HistoryEntry? current;
    private (string Uid, long Generation, string Revision) mark;
    private string uid = "";
    private string digest = "";
    private long newestGeneration;

    public bool IsKnown => current is not null;

    public ImmutableArray<Deployment> Deployments => [.. entries.Select(e => e.Deployment)];

    /// <summary>
    /// The name of the newest revision object, when the workload's rollout to it goes on or has just ended and nobody has looked for the
    /// digests of its images yet; <see langword="null"/> when there is nothing to look for.
    /// </summary>
    public string? LacksDigests => current is { IsDigested: false, IsSeenInProgress: true } && !current.Deployment.Images.Contains('@', StringComparison.Ordinal) ? current.ObjectName : null;

    /// <summary>Notes the images of the newest rollout; empty when their digests are not to be had.</summary>
    /// <param name="revisionName">The revision object that they are of.</param>
    /// <param name="images">The images.</param>
    public void NoteImages(string revisionName, string images)
    {
        if (current is null || current.ObjectName != revisionName)
            return;

        current.IsDigested = true;
        if (images.Length > 0)
            current.Deployment = current.Deployment with { Images = images };
    }

    /// <summary>Must the revision objects be read to go on? Not while its controller has yet to act.</summary>
    public bool NeedsRevisions(WorkloadObject workload)
    {
        var now = RunningRevision.Mark(workload);
        if (entries.Count == 0)
            return true;
        if (now == mark || !workload.IsObserved || IsOld(workload))
            return false;

        // A ControllerRevision that came and went in between is not seen in the workload, and only a ReplicaSet's number tells.
        if (current is null || !kind.KeepsReplicaSets || now.Uid != uid || now.Revision != mark.Revision || digest.Length == 0 || RunningRevision.Digest(workload) != digest)
            return true;

        // It was scaled, or paused.
        mark = now;
        newestGeneration = now.Generation;
        return false;
    }

    /// <summary>Takes in what was read.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="revisions">Its revisions, read after it; <see langword="null"/> where they were not needed.</param>
    /// <param name="now">The present.</param>
    /// <param name="isLive">Was it read as soon as it changed?</param>
    /// <returns>The deployments that are new or changed, oldest first.</returns>
    public ImmutableArray<Deployment> Observe(WorkloadObject workload, IReadOnlyList<RevisionFacts>? revisions, Instant now, bool isLive = false)
    {
        if (IsOld(workload))
            return [];
        if (workload.Uid != uid)
            Forget();
        uid = workload.Uid;

        var before = entries.ToDictionary(e => e, e => e.Deployment);
        if (RunningRevision.Mark(workload) != mark)
        {
            if (revisions is null || RunningRevision.Find(workload, revisions, isKnown: entries.Count > 0) is not { } running)
                return entries.Count > 0 || revisions is null or [] ? [] : Begin(workload, revisions, now);

            Reconcile(workload, running, revisions, now, isLive);
            (digest, mark, newestGeneration) = (running.Digest, RunningRevision.Mark(workload), workload.Generation);
        }

        End(workload, now);
        return [.. entries.Where(e => !before.TryGetValue(e, out var old) || old != e.Deployment).Select(e => e.Deployment)];
    }

    /// <summary>The workload is gone: one that is made anew has its own history.</summary>
    public void Forget()
    {
        entries = [];
        current = null;
        uid = "";
        mark = default;
        digest = "";
        newestGeneration = 0;
    }

    /// <summary>The controller has yet to act on the newest change, as while it is paused: what it did before is known, if not how that ended.</summary>
    private ImmutableArray<Deployment> Begin(WorkloadObject workload, IReadOnlyList<RevisionFacts> revisions, Instant now)
    {
        Reconcile(workload, revisions.MaxBy(r => r.Number)!, revisions, now, isLive: false);
        var last = entries[^1].Deployment;
        entries[^1].Deployment = last with { Outcome = DeploymentOutcome.Superseded, EndedAt = Instant.Max(last.StartedAt, Unseen(workload, entries[^1], now)) };
        return Deployments;
    }

    private bool IsOld(WorkloadObject workload) => workload.Uid == uid && workload.Generation < newestGeneration;

    private void Reconcile(WorkloadObject workload, RevisionFacts running, IReadOnlyList<RevisionFacts> revisions, Instant now, bool isLive)
    {
        var uses = RevisionUse.Of(running, revisions, kind.KeepsReplicaSets);
        var known = entries.ToList();
        var all = new List<HistoryEntry>();
        HistoryEntry? newest = null;
        foreach (var use in uses)
        {
            var entry = known.FirstOrDefault(e => e.Is(use));
            if (entry is null)
                entry = New(use, workload.Uid);
            else
                known.Remove(entry);
            all.Add(entry);
            if (use.Revision == running && use.Number == running.Number)
                newest = entry;
        }

        // Of revisions that the cluster no longer keeps.
        all.AddRange(known.Where(e => e.Deployment.EndedAt is not { } end || end > now - Retention));
        entries = EntryOrder.Sort(all);
        if (newest is not null && entries[^1] != newest)
        {
            // Numbers are used again when somebody deletes the newest revision object.
            entries.Remove(newest);
            entries.Add(newest);
        }

        Date(workload, now, isLive);
        for (var i = 0; i < entries.Count; i++)
            entries[i].Deployment = entries[i].Deployment with { IsRollback = entries[i].Deployment.IsRollback || GoesBack(i) || IsOurs(workload, entries[i], newest) };
        for (var i = 0; i + 1 < entries.Count; i++)
            Supersede(entries[i], entries[i + 1]);
        current = newest;
    }

    private HistoryEntry New(RevisionUse use, string uid) => new()
    {
        Number = use.Number,
        ObjectName = use.Revision.Name,
        StartedAt = use.StartedAt,
        Deployment = new Deployment
        {
            Target = target,
            WorkloadUid = uid,
            Revision = new Revision { Id = use.Revision.Id, Name = $"rev {use.Number ?? use.Revision.Number}" },
            StartedAt = use.StartedAt ?? Instant.MinValue,
            IsRollbackUnsafe = use.Revision.IsRollbackUnsafe,
            Images = use.Revision.Images,
            ChangeCause = use.Revision.ChangeCause,
        },
    };

    /// <summary>
    /// The newest start of a revision that came back is known by who changed the template last. That is too late when the same manager
    /// changed something else afterwards, which shows when the rollout had ended by then, and too early where a server notes a manager's
    /// first change only, which shows when the rollout before began later.
    /// </summary>
    private void Date(WorkloadObject workload, Instant now, bool isLive)
    {
        var last = entries[^1];
        var before = entries.Count > 1 ? entries[^2].StartedAt : null;
        var end = RolloutEnd.Of(workload, last.ObjectName, before ?? Instant.MinValue).At;
        if (!last.IsSettled && last.StartedAt is null)
        {
            var changed = ManagedFields.NewestOwner(workload.Json, "f:spec", "f:template");
            last.StartedAt = changed > before?.Second() && !(changed > end) ? changed : isLive ? now.Second() : null;
        }

        EntryOrder.Settle(entries, end ?? now);
    }

    /// <summary>Back is to content that came up before the content that it replaces: deploying a rolled back revision once more is not.</summary>
    private bool GoesBack(int i) => i > 0 && FirstUse(entries[i]) < FirstUse(entries[i - 1]);

    private int FirstUse(HistoryEntry entry) => entries.FindIndex(e => e.RevisionId == entry.RevisionId);

    private static bool IsOurs(WorkloadObject workload, HistoryEntry entry, HistoryEntry? newest) =>
        entry == newest && workload.Annotation(RollbackMarks.Id) is not null && workload.Annotation(RollbackMarks.To) == entry.RevisionId;

    private static void Supersede(HistoryEntry entry, HistoryEntry next)
    {
        if (entry.Deployment.EndedAt is not null)
            return;

        // Between two rollouts of the same content was one that is forgotten: they must not be taken for one that was reported twice.
        var end = next.Deployment.StartedAt - (next.RevisionId == entry.RevisionId ? EntryOrder.Tick : Duration.Zero);
        entry.Deployment = entry.Deployment with { EndedAt = end, Outcome = DeploymentOutcome.Superseded };
    }

    private void End(WorkloadObject workload, Instant now)
    {
        if (current is not { } entry)
            return;

        var deployment = entry.Deployment;
        if (kind.KeepsReplicaSets && workload.Annotation(WorkloadRevision.ChangeCauseAnnotation) is { } cause)
            deployment = deployment with { ChangeCause = cause };
        if (deployment.Outcome != DeploymentOutcome.Completed)
        {
            var end = RolloutEnd.Of(workload, entry.ObjectName, deployment.StartedAt);
            if (end.Outcome == DeploymentOutcome.InProgress)
                entry.IsSeenInProgress = true;
            else
                deployment = deployment with { Outcome = end.Outcome, EndedAt = Instant.Max(deployment.StartedAt, end.At ?? Unseen(workload, entry, now)) };
        }

        entry.Deployment = deployment;
    }

    private static Instant Unseen(WorkloadObject workload, HistoryEntry entry, Instant now)
    {
        var newest = RolloutEnd.StatusChangedAt(workload) ?? now;
        return entry.IsSeenInProgress ? newest : Instant.Min(newest, entry.Deployment.StartedAt + LongestUnseen);
    }
}
