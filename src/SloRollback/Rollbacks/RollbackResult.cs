namespace SloRollback.Rollbacks;

/// <summary>A provider's answer to a rollback.</summary>
public sealed record RollbackResult
{
    /// <summary>What happened.</summary>
    public RollbackResultStatus Status { get; init; }

    /// <summary>After a failure: would a retry possibly work?</summary>
    public bool IsTransient { get; init; }

    /// <summary>The platform's answer, for people and evidence. Holds no secrets.</summary>
    public string Detail { get => field ?? ""; init; } = "";
}
