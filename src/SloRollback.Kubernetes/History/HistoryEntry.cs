using NodaTime;
using SloRollback.Deployments;

namespace SloRollback.Kubernetes.History;

/// <summary>One deployment of a workload, with what recognises it when the objects are read again.</summary>
internal sealed class HistoryEntry
{
    /// <summary>The number that its revision had; <see langword="null"/> where it was forgotten.</summary>
    public required long? Number { get; init; }

    /// <summary>The name of the ReplicaSet or ControllerRevision.</summary>
    public required string ObjectName { get; init; }

    /// <summary>The start; <see langword="null"/> until it is settled, after which it never changes: the deployment's id holds it.</summary>
    public required Instant? StartedAt { get; set; }

    /// <summary>Was it seen before its rollout ended?</summary>
    public bool IsSeenInProgress { get; set; }

    /// <summary>What is told of it; its start holds once <see cref="IsSettled"/>.</summary>
    public required Deployment Deployment { get; set; }

    public bool IsSettled { get; set; }

    /// <summary>Has somebody looked for the digests of its images?</summary>
    public bool IsDigested { get; set; }

    public string RevisionId => Deployment.Revision.Id;

    public bool Is(RevisionUse use)
    {
        if (RevisionId != use.Revision.Id)
            return false;
        return Number is not null && use.Number is not null ? Number == use.Number : StartedAt?.Second() == use.StartedAt;
    }
}
