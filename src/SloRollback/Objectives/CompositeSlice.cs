using SloRollback.Indicators;

namespace SloRollback.Objectives;

/// <summary>A slice of a composite that is good only if every member is.</summary>
internal static class CompositeSlice
{
    /// <summary>
    /// Bad when any member's is bad, whatever the others are; else unmeasured when any is, good when any is good, and otherwise as
    /// the first. A slice that is excluded for one member is judged by the others.
    /// </summary>
    public static SliStep Of(IEnumerable<StepTotals> members)
    {
        var all = members.ToList();
        var (bad, good) = (all.Exists(m => m.Bad > 0), all.Exists(m => m.Valid > 0));
        if (bad || (good && !all.Exists(m => m.Unmeasured > 0)))
            return new SliStep(StepState.Measured, bad ? 1 : 0, 1);

        return new SliStep(
            all.Exists(m => m.Unmeasured > 0) ? StepState.Unmeasured
            : all.TrueForAll(m => m.Excluded > 0) ? StepState.Excluded
            : all.TrueForAll(m => m.Missing + m.Excluded > 0) ? StepState.Missing
            : StepState.NoTraffic);
    }
}
