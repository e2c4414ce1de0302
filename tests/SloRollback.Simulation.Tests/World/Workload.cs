using System.Collections.Immutable;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Rollbacks;

namespace SloRollback.Simulation.Tests.World;

/// <summary>
/// A workload as a platform has it: what runs, what ran, and the marks of rollbacks. This is the truth that the engine's view is compared with.
/// It behaves as <see cref="IDeploymentRollbacker"/> demands of a provider.
/// </summary>
internal sealed class Workload(Timeline timeline, Trace trace, DeploymentTarget target)
{
    private readonly List<Change> changes = [];
    private readonly Dictionary<RollbackId, int> marks = [];
    private int objects = 1;

    public DeploymentTarget Target => target;

    public Change Current => changes[^1];

    public IReadOnlyList<Change> Changes => changes;

    /// <summary>Called when a rollback changes the workload, before it does.</summary>
    public Action<RollbackRequest> Changing { get; set; } = _ => { };

    /// <summary>What a provider makes of the workload: identity of the object, its content, and which change it was.</summary>
    public string Identity => $"{Current.Uid}/{Current.Release.Revision.Id}/{changes.Count}";

    /// <summary>Somebody rolls a release out. It serves alone after a while, or the platform gives it up.</summary>
    public void Deploy(Release release, Duration rollout, bool isRollback = false, bool givesUp = false, bool isUnsafe = false)
    {
        if (changes.Count > 0 && Current.EndedAt is null)
            Current.End(timeline.Now, DeploymentOutcome.Superseded);
        var change = new Change(changes.Count, $"uid-{objects}", release, timeline.Now, isRollback, isUnsafe);
        changes.Add(change);
        trace.Add(() => $"{target}: {(isRollback ? "back to" : "deployed")} {release}");
        timeline.After(rollout, () =>
        {
            if (change.EndedAt is null)
                change.End(timeline.Now, givesUp ? DeploymentOutcome.GivenUp : DeploymentOutcome.Completed);
        });
    }

    /// <summary>Somebody deletes the workload and makes it anew: another object, with no marks.</summary>
    public void Recreate(Release release)
    {
        objects++;
        marks.Clear();
        Deploy(release, Duration.FromSeconds(30));
    }

    public RollbackPlan Plan(RollbackRequest request) => request.From.Id == Current.Release.Revision.Id
        ? new RollbackPlan { IsPossible = true, WorkloadIdentity = Identity, Summary = $"{Current.Release} → {request.To}" }
        : new RollbackPlan { Refusal = HoldReason.Superseded, Summary = $"{Current.Release} runs, not {request.From}" };

    public RollbackResult RollBack(RollbackRequest request)
    {
        if (marks.ContainsKey(request.Id))
            return new RollbackResult { Status = RollbackResultStatus.Applied, Detail = "applied before" };
        if (request.WorkloadIdentity != Identity)
            return new RollbackResult { Status = RollbackResultStatus.Refused, Detail = $"moved: {Identity}, not {request.WorkloadIdentity}" };

        Changing(request);
        var release = changes.First(c => c.Release.Revision.Id == request.To.Id).Release;
        Deploy(release, Duration.FromSeconds(20), isRollback: true);
        marks[request.Id] = changes.Count;
        return new RollbackResult { Status = RollbackResultStatus.Applied };
    }

    public RollbackProgress Progress(RollbackRequest request)
    {
        if (!marks.TryGetValue(request.Id, out var change))
            return new RollbackProgress { Status = RollbackProgressStatus.NotApplied };
        if (change != changes.Count)
            return new RollbackProgress { Status = RollbackProgressStatus.RevertedByOther, Detail = $"{Current.Release} runs" };

        return Current.Outcome switch
        {
            DeploymentOutcome.Completed => new RollbackProgress { Status = RollbackProgressStatus.Completed, CompletedAt = Current.EndedAt },
            DeploymentOutcome.GivenUp => new RollbackProgress { Status = RollbackProgressStatus.Failed, Detail = "progress deadline exceeded" },
            _ => new RollbackProgress { Status = RollbackProgressStatus.InProgress },
        };
    }

    /// <summary>The deployments as they are told to somebody whose clock is right.</summary>
    public ImmutableArray<Deployment> Deployments => [.. changes.Select(c => c.ToDeployment(target))];

    /// <summary>The share of bad events over a stretch: of each release for as long as it served.</summary>
    public double BadShare(Instant from, Instant to)
    {
        var bad = 0.0;
        for (var i = 0; i < changes.Count; i++)
        {
            var begins = Instant.Max(changes[i].StartedAt, from);
            var ends = Instant.Min(i + 1 < changes.Count ? changes[i + 1].StartedAt : to, to);
            if (ends > begins)
                bad += changes[i].Release.BadShare * ((ends - begins) / (to - from));
        }

        return bad;
    }
}

/// <summary>Something that can be deployed.</summary>
internal sealed record Release(Revision Revision, double BadShare)
{
    public override string ToString() => $"{Revision}{(BadShare > 0 ? $" ({BadShare:P0} bad)" : "")}";
}

/// <summary>One change of a workload.</summary>
internal sealed class Change(int number, string uid, Release release, Instant startedAt, bool isRollback, bool isUnsafe)
{
    public int Number => number;

    public string Uid => uid;

    public Release Release => release;

    public Instant StartedAt => startedAt;

    public bool IsRollback => isRollback;

    public Instant? EndedAt { get; private set; }

    public DeploymentOutcome Outcome { get; private set; }

    public void End(Instant at, DeploymentOutcome outcome) => (EndedAt, Outcome) = (at, outcome);

    public Deployment ToDeployment(DeploymentTarget target) => new()
    {
        Target = target,
        WorkloadUid = uid,
        Revision = release.Revision,
        StartedAt = startedAt,
        EndedAt = EndedAt,
        Outcome = Outcome,
        IsRollback = isRollback,
        IsRollbackUnsafe = isUnsafe,
    };
}
