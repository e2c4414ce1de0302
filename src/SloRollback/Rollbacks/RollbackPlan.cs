namespace SloRollback.Rollbacks;

/// <summary>What a rollback would do, or why it cannot be done.</summary>
public sealed record RollbackPlan
{
    /// <summary>Can the rollback be done? <see langword="false"/> unless the provider says so.</summary>
    public bool IsPossible { get; init; }

    /// <summary>
    /// The hold reason that a refusal stands for, for example <see cref="HoldReason.NoCapacity"/>;
    /// <see cref="HoldReason.None"/> counts as <see cref="HoldReason.Unknown"/>.
    /// </summary>
    public HoldReason Refusal { get; init; }

    /// <summary>What would change, or why not, for people. Holds no secrets.</summary>
    public string Summary { get => field ?? ""; init; } = "";

    /// <summary>
    /// Would the rollback end the engine's own process? Then only a durable journal knows afterwards that it was made, and without one it
    /// is refused (SEMANTICS §8).
    /// </summary>
    public bool EndsOwnProcess { get; init; }

    /// <summary>
    /// What the provider recognises the workload by: an opaque token made for the evidence, given back to
    /// <see cref="IDeploymentRollbacker.RollBackAsync"/>. The same while the workload is the same: an approval of another one is void.
    /// </summary>
    public string WorkloadIdentity { get => field ?? ""; init; } = "";
}
