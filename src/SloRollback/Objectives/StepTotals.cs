using SloRollback.Budgets;
using SloRollback.Indicators;

namespace SloRollback.Objectives;

/// <summary>Cumulative counts of all steps before a boundary.</summary>
internal readonly record struct StepTotals(double Bad, double Valid, int Seen, int Missing, int Excluded, int Gaps)
{
    public static StepTotals Of(in SliStep step) => new(
        step.Bad,
        step.Valid,
        step.State is StepState.Measured or StepState.NoTraffic ? 1 : 0,
        step.State == StepState.Missing ? 1 : 0,
        step.State == StepState.Excluded ? 1 : 0,
        step.IsGap ? 1 : 0);

    public static StepTotals operator +(in StepTotals a, in StepTotals b) =>
        new(a.Bad + b.Bad, a.Valid + b.Valid, a.Seen + b.Seen, a.Missing + b.Missing, a.Excluded + b.Excluded, a.Gaps + b.Gaps);

    public static StepTotals operator -(in StepTotals a, in StepTotals b) =>
        new(a.Bad - b.Bad, a.Valid - b.Valid, a.Seen - b.Seen, a.Missing - b.Missing, a.Excluded - b.Excluded, a.Gaps - b.Gaps);

    public WindowCounts Over(long steps) =>
        new() { Bad = Bad, Valid = Valid, Steps = steps, Seen = Seen, Missing = Missing, Excluded = Excluded };
}
