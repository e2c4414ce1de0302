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
        var before = marks.Add(StepGrid.IndexOf(deployment.StartedAt, step));
        var mark = new DeploymentMark(before, marks.Add(StepGrid.IndexAtOrAfter(deployment.StartedAt, step)));
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
            marks.Remove(mark.Start);
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
            if (step >= mark.Start.Step - 1 && step <= mark.Since.Step)
                Settle(mark, anew: true);
        }
    }

    /// <summary>Looks at the step that was filled in before all others: until then there was nothing but a gap.</summary>
    public void MoveBack(long first, bool isGap)
    {
        foreach (var mark in deployments.Values)
        {
            if (isGap || first < mark.Start.Step - 1)
                continue;

            mark.IsAfterGap = first >= mark.Start.Step;
            Move(mark, Math.Max(first, mark.Start.Step));
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
            writer.WriteNumber(mark.Start.Step);
            writer.WriteNumber(mark.Since.Step);
            writer.Write(mark.IsAfterGap);
            writer.Write(mark.IsSettled);
        }
    }

    public void Load(BinaryReader reader)
    {
        for (var count = reader.ReadLength(Most); count > 0; count--)
        {
            var id = new DeploymentId(reader.ReadString());
            var mark = new DeploymentMark(marks.Add(reader.ReadNumber()), marks.Add(reader.ReadNumber()));
            deployments[id] = mark;
            Move(mark, reader.ReadNumber());
            (mark.IsAfterGap, mark.IsSettled) = (reader.ReadBoolean(), reader.ReadBoolean());
        }
    }

    // A gap that contains the start belongs to the time before the deployment (SEMANTICS §5). Of a gap that began before the single
    // steps is known that it goes on up to them, unless it ended there: then it stays so.
    private void Settle(DeploymentMark mark, bool anew = false)
    {
        var start = mark.Start.Step;
        if (!tracker.HasStarted || start > tracker.Next)
            return;

        var oldest = tracker.OldestSingleStep;
        if (start - 1 < tracker.First || start - 1 >= oldest)
            mark.IsAfterGap = tracker.IsGap(start - 1);

        var since = start;
        if (mark.IsAfterGap)
        {
            since = anew && mark.Since.Step >= oldest ? Math.Max(start, oldest) : Math.Max(mark.Since.Step, tracker.First);
            while (since < tracker.Next && tracker.IsGap(since))
                since++;
        }

        Move(mark, since);
        mark.IsSettled = since < tracker.Next;
    }

    private void Move(DeploymentMark mark, long since)
    {
        if (since == mark.Since.Step)
            return;

        if (mark.Since != mark.Start)
            marks.Remove(mark.Since);
        mark.Since = since == mark.Start.Step ? mark.Start : marks.Add(since);
    }
}
