namespace SloRollback.Objectives;

/// <summary>A boundary at which the exact counts are kept, however old it grows.</summary>
internal sealed class ExactMark(long step)
{
    /// <summary>The boundary: counts are those of all steps before this one.</summary>
    public long Step { get; } = step;

    /// <summary>The counts; meaningless before <see cref="IsReached"/>.</summary>
    public StepTotals At { get; set; }

    /// <summary>Have the steps come this far?</summary>
    public bool IsReached { get; set; }
}
