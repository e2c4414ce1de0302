using SloRollback.Budgets;
using SloRollback.Indicators;
using SloRollback.Serialization;

namespace SloRollback.Objectives;

/// <summary>
/// Cumulative counts of all steps before a boundary. What is lacking is counted, since it is rare: the other steps were seen, with
/// or without traffic.
/// </summary>
internal readonly record struct StepTotals(double Bad, double Valid, int Unmeasured, int Missing, int Excluded)
{
    /// <summary>What one step adds. Growth that is known of an unmeasured step counts for the budget only, and elsewhere.</summary>
    public static StepTotals Of(in SliStep step) => step.State switch
    {
        StepState.Measured => new(step.Bad, step.Valid, 0, 0, 0),
        StepState.NoTraffic => default,
        StepState.Missing => new(step.Bad, step.Valid, 0, 1, 0),
        StepState.Excluded => new(0, 0, 0, 0, 1),
        _ => new(0, 0, 1, 0, 0),
    };

    public static StepTotals operator +(in StepTotals a, in StepTotals b) =>
        new(a.Bad + b.Bad, a.Valid + b.Valid, a.Unmeasured + b.Unmeasured, a.Missing + b.Missing, a.Excluded + b.Excluded);

    public static StepTotals operator -(in StepTotals a, in StepTotals b) =>
        new(a.Bad - b.Bad, a.Valid - b.Valid, a.Unmeasured - b.Unmeasured, a.Missing - b.Missing, a.Excluded - b.Excluded);

    public static StepTotals Load(BinaryReader reader, in StepTotals previous) => new(
        reader.ReadCount(previous.Bad),
        reader.ReadCount(previous.Valid),
        (int)reader.ReadNumber() + previous.Unmeasured,
        (int)reader.ReadNumber() + previous.Missing,
        (int)reader.ReadNumber() + previous.Excluded);

    /// <summary>Writes by how much these are more than others.</summary>
    public void Save(BinaryWriter writer, in StepTotals previous)
    {
        writer.WriteCount(previous.Bad, Bad);
        writer.WriteCount(previous.Valid, Valid);
        writer.WriteNumber(Unmeasured - previous.Unmeasured);
        writer.WriteNumber(Missing - previous.Missing);
        writer.WriteNumber(Excluded - previous.Excluded);
    }

    /// <summary>As the counts of a window.</summary>
    /// <param name="steps">Steps in the window.</param>
    /// <param name="known">How many of them lie between the first and the newest recorded step.</param>
    public WindowCounts Over(long steps, long known) => new()
    {
        Bad = Math.Max(0, Bad),
        Valid = Math.Max(0, Valid),
        Steps = steps,
        Seen = known - Unmeasured - Missing - Excluded,
        Missing = Missing,
        Excluded = Excluded,
    };
}
