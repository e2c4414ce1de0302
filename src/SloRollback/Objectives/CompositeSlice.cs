using SloRollback.Indicators;

namespace SloRollback.Objectives;

/// <summary>A slice of a composite that is good only if every member is.</summary>
internal static class CompositeSlice
{
    /// <summary>
    /// Bad when any member's is bad, whatever the others are; else unmeasured when any is, and good when any is good. A slice that is
    /// excluded or ignored for one member, or without traffic there, is judged by the others. What rests on growth over a gap is no
    /// more certain than that: of a long gap it is for the budget only, of a short one it is marked as recovered.
    /// </summary>
    public static SliStep Of(IEnumerable<SliStep> members)
    {
        var all = members.ToList();
        if (all.Exists(m => m.Bad > 0))
        {
            var isSeen = all.Exists(m => m is { Bad: > 0, State: not StepState.Unmeasured });
            return new SliStep(isSeen ? StepState.Measured : StepState.Unmeasured, 1, 1, !all.Exists(m => m is { Bad: > 0, IsRecovered: false }));
        }

        if (all.Exists(m => m is { State: StepState.Unmeasured or StepState.Inconsistent, IsRecovered: false }))
            return new SliStep(StepState.Unmeasured);

        var isRecovered = all.Exists(m => m.IsRecovered);
        if (all.Exists(m => m.Valid > 0))
            return new SliStep(all.Exists(m => m.State == StepState.Unmeasured) ? StepState.Unmeasured : StepState.Measured, 0, 1, isRecovered);

        return new SliStep(
            all.TrueForAll(m => m.State == StepState.Excluded) ? StepState.Excluded
            : all.TrueForAll(m => m.State is StepState.Missing or StepState.Excluded) ? StepState.Missing
            : StepState.NoTraffic);
    }
}
