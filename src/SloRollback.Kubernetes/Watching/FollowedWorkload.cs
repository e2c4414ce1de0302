using System.Collections.Immutable;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Kubernetes.History;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Watching;

/// <summary>One target's workload: its history, which reads and the watch take turns in filling.</summary>
internal sealed class FollowedWorkload(DeploymentTarget target, WorkloadReference reference)
{
    private readonly Lock gate = new();
    private readonly WorkloadHistory history = new(target, reference.Kind);
    private volatile bool isMissing;
    private volatile bool isSynced;
    private Instant? readAt;

    public DeploymentTarget Target { get; } = target;

    public string Name => reference.Name;

    /// <summary>Was it not there when it was looked for last?</summary>
    public bool IsMissing { get => isMissing; set => isMissing = value; }

    /// <summary>Does the watch keep it up to date?</summary>
    public bool IsSynced { get => isSynced; set => isSynced = value; }

    /// <summary>When it was read by itself last.</summary>
    public Instant? ReadAt
    {
        get
        {
            lock (gate)
                return readAt;
        }

        set
        {
            lock (gate)
                readAt = value;
        }
    }

    public bool IsKnown
    {
        get
        {
            lock (gate)
                return history.IsKnown;
        }
    }

    public ImmutableArray<Deployment> Deployments
    {
        get
        {
            lock (gate)
                return history.Deployments;
        }
    }

    public bool NeedsRevisions(WorkloadObject workload)
    {
        lock (gate)
            return history.NeedsRevisions(workload);
    }

    public ImmutableArray<Deployment> Observe(WorkloadObject workload, IReadOnlyList<RevisionFacts>? revisions, Instant now, bool isLive = false)
    {
        lock (gate)
            return history.Observe(workload, revisions, now, isLive);
    }

    public string? LacksDigests
    {
        get
        {
            lock (gate)
                return history.LacksDigests;
        }
    }

    public void NoteImages(string revisionName, string images)
    {
        lock (gate)
            history.NoteImages(revisionName, images);
    }

    public void Forget()
    {
        IsMissing = true;
        lock (gate)
            history.Forget();
    }
}
