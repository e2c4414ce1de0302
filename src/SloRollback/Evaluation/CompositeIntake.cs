using SloRollback.Indicators;
using SloRollback.Objectives;

namespace SloRollback.Evaluation;

/// <summary>Brings a composite up to its members' newest common step.</summary>
internal static class CompositeIntake
{
    public static void Take(ObjectiveState composite)
    {
        composite.Outcome = composite.Members.FirstOrDefault(m => !m.Outcome.IsRead)?.Outcome ?? composite.Members[0].Outcome;
        composite.IsClockSkewed = composite.Members.Any(m => m.IsClockSkewed);
        composite.Newest = composite.Members.Select(m => m.Newest).MinBy(step => step.State);
        if (composite.Tracker is not { } tracker || !composite.Members.All(m => m.Counts.HasStarted))
            return;

        var next = composite.Members.Min(m => m.Counts.Next);
        var first = tracker.HasStarted ? tracker.First : composite.Members.Max(m => Math.Max(m.Counts.First, m.Tracker!.OldestSingleStep));
        Correct(composite, tracker);
        if (!tracker.HasStarted)
            composite.Filling!.Begin(first);
        for (var step = tracker.HasStarted ? tracker.Next : first; step < next; step++)
        {
            composite.Newest = Slice(composite, step);
            tracker.Record(step, composite.Newest);
        }

        composite.Filling!.TakeIn();
    }

    // What a member booked anew changes the composite's slice too: a gap that was filled, a run of bad slices that got long enough,
    // counts that contradict each other.
    private static void Correct(ObjectiveState composite, ObjectiveTracker tracker)
    {
        if (!tracker.HasStarted)
            return;

        var back = Math.Max(composite.Terms.StepsIn(EngineState.GapTolerance), TimeSlices.MaximumConsecutive);
        for (var step = Math.Max(Math.Max(tracker.First, tracker.OldestSingleStep), tracker.Next - back); step < tracker.Next; step++)
        {
            var value = Slice(composite, step);
            if (tracker.StepAt(step) != value)
                tracker.Correct(step, value);
        }
    }

    private static SliStep Slice(ObjectiveState composite, long step) => CompositeSlice.Of(composite.Members.Select(m => m.Tracker!.StepAt(step)));
}
