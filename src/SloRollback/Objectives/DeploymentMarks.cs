using SloRollback.Deployments;
using SloRollback.Indicators;
using SloRollback.Serialization;

namespace SloRollback.Objectives;

/// <summary>The marks of the deployments that can be blamed.</summary>
internal sealed class DeploymentMarks(ObjectiveTracker tracker, ExactMarks marks)
{
    // A window is open for 30 days at most; nobody deploys more often than every half minute of them.
    private const int Most = 100_000;

    private readonly Dictionary<DeploymentId, DeploymentMark> deployments = [];

    public bool Any => deployments.Count > 0;

    /// <summary>The mark of a deployment, set when it is first asked for.</summary>
    public DeploymentMark Get(Deployment deployment)
    {
        var id = deployment.Id;
        if (deployments.TryGetValue(id, out var known))
            return known;

        var step = tracker.Terms.Step;
        var start = StepGrid.IndexAtOrAfter(deployment.StartedAt, step);
        var mark = new DeploymentMark(marks.Add(StepGrid.IndexOf(deployment.StartedAt, step)), start, marks.Add(start));
        deployments.Add(id, mark);
        Settle(mark);
        return mark;
    }

    /// <summary>Drops the marks of all other deployments.</summary>
    public void Keep(IReadOnlySet<DeploymentId> kept)
    {
        foreach (var (id, mark) in deployments)
        {
            if (kept.Contains(id))
                continue;

            deployments.Remove(id);
            marks.Remove(mark.Before);
            marks.Remove(mark.Since);
        }
    }

    /// <summary>Looks at the newest step: does the gap that contains a start go on?</summary>
    public void Settle()
    {
        foreach (var mark in deployments.Values)
        {
            if (!mark.IsSettled)
                Settle(mark);
        }
    }

    /// <summary>Looks again at the deployments beside a step that became a gap or is none any more.</summary>
    public void SettleAnew(long step)
    {
        foreach (var mark in deployments.Values)
        {
            var isBeside = step >= mark.Start - 1 && step <= mark.Since.Step;
            if (!isBeside || (mark.Start > tracker.First && mark.Start < tracker.OldestSingleStep))
                continue;

            Move(mark, mark.Start);
            Settle(mark);
        }
    }

    public void Forget() => Keep(new HashSet<DeploymentId>());

    public void Save(BinaryWriter writer)
    {
        writer.WriteNumber(deployments.Count);
        foreach (var (id, mark) in deployments.OrderBy(d => d.Key.Value, StringComparer.Ordinal))
        {
            writer.Write(id.Value);
            writer.WriteNumber(mark.Before.Step);
            writer.WriteNumber(mark.Start);
            writer.WriteNumber(mark.Since.Step);
            writer.Write(mark.IsSettled);
        }
    }

    public void Load(BinaryReader reader)
    {
        for (var count = reader.ReadLength(Most); count > 0; count--)
        {
            var id = new DeploymentId(reader.ReadString());
            var before = marks.Add(reader.ReadNumber());
            var start = reader.ReadNumber();
            deployments[id] = new DeploymentMark(before, start, marks.Add(reader.ReadNumber())) { IsSettled = reader.ReadBoolean() };
        }
    }

    // A gap that contains the start belongs to the time before the deployment (SEMANTICS §5).
    private void Settle(DeploymentMark mark)
    {
        var since = mark.Since.Step;
        if (tracker.HasStarted)
            since = Math.Max(since, tracker.First);
        while (since < tracker.Next && tracker.IsGap(since - 1) && tracker.IsGap(since))
            since++;
        Move(mark, since);
        mark.IsSettled = since < tracker.Next;
    }

    private void Move(DeploymentMark mark, long since)
    {
        if (since == mark.Since.Step)
            return;

        marks.Remove(mark.Since);
        mark.Since = marks.Add(since);
    }
}
