namespace SloRollback.Objectives;

/// <summary>The exact counts at a deployment's start, kept for as long as the deployment can be blamed.</summary>
internal sealed class DeploymentMark(long before, long since)
{
    /// <summary>First step that is not over when the deployment starts: the steps before it hold what certainly came earlier.</summary>
    public long Before { get; } = before;

    /// <summary>Counts of all steps before <see cref="Before"/>.</summary>
    public StepTotals AtBefore { get; set; }

    /// <summary>First step that begins at or after the deployment's start.</summary>
    public long Start { get; } = since;

    /// <summary>First step that counts as since the deployment. Moves on while a gap that contains the start lasts.</summary>
    public long Since { get; set; } = since;

    /// <summary>Counts of all steps before <see cref="Since"/>.</summary>
    public StepTotals AtSince { get; set; }

    /// <summary>Has the first step after the start been seen, so that <see cref="Since"/> stays?</summary>
    public bool IsSettled { get; set; }
}
