using System.Collections.Immutable;
using SloRollback.Evaluation;
using SloRollback.Indicators;
using SloRollback.Objectives;

namespace SloRollback.BackFilling;

/// <summary>
/// Brings the history of a composite that counts slices of its own (<see cref="CompositeKind.All"/>) along with its members': a slice is
/// booked when all of them have theirs. What members have and others still lack waits here, since members keep single slices for a
/// few hours only.
/// </summary>
internal sealed class CompositeFill
{
    private readonly ObjectiveTracker tracker;
    private readonly ImmutableArray<ObjectiveState> members;
    private readonly StepRuns[] waiting;

    public CompositeFill(ObjectiveTracker tracker, ImmutableArray<ObjectiveState> members)
    {
        (this.tracker, this.members) = (tracker, members);
        waiting = [.. members.Select(_ => new StepRuns())];
        for (var i = 0; i < members.Length; i++)
            members[i].Feeds.Add((this, i));
    }

    /// <summary>The composite is about to record its first step: what members have from before it is its history.</summary>
    public void Begin(long first)
    {
        for (var i = 0; i < waiting.Length; i++)
        {
            // The steps that were read live, then those that were filled in before them.
            var (live, filled) = (new StepRuns(), waiting[i]);
            var member = members[i].Tracker!;
            var from = member.First + filled.Count;
            for (var step = first - 1; step >= from && (filled.Count > 0 || step >= member.OldestSingleStep); step--)
                live.Add(member.StepAt(step));
            live.Add(filled);
            waiting[i] = live;
        }
    }

    /// <summary>A member's history was filled in with a step.</summary>
    public void Add(int member, long step, in SliStep value)
    {
        var runs = waiting[member];
        if (tracker.HasStarted)
        {
            // A member that began anew has steps that the composite has already, or lacks some that it had.
            var next = tracker.First - runs.Count - 1;
            if (step > next)
                return;
            if (step < next)
                runs.Add(new SliStep(StepState.Unmeasured), next - step);
        }

        runs.Add(value);
    }

    /// <summary>Books what all members have.</summary>
    public void TakeIn()
    {
        while (tracker.HasStarted && Array.TrueForAll(waiting, static w => w.Count > 0))
        {
            var steps = waiting.Min(w => w.Newest.Steps);
            var value = CompositeSlice.Of(waiting.Select(w => w.Newest.Value));
            for (var i = 0; i < steps; i++)
                tracker.Prepend(value);
            foreach (var runs in waiting)
                runs.Drop(steps);
        }
    }

    public void Forget()
    {
        for (var i = 0; i < waiting.Length; i++)
            waiting[i] = new StepRuns();
    }

    public void Save(BinaryWriter writer)
    {
        foreach (var runs in waiting)
            runs.Save(writer);
    }

    public void Load(BinaryReader reader)
    {
        for (var i = 0; i < waiting.Length; i++)
            waiting[i] = StepRuns.Load(reader);
    }
}
