using NodaTime;

namespace SloRollback.Rollbacks;

/// <summary>What a person said of a rollback that awaits approval.</summary>
public sealed record RollbackAnswer
{
    /// <summary>Was it approved, or rejected?</summary>
    public bool IsApproval { get; init; }

    /// <summary>Who said so.</summary>
    public required string By { get; init; }

    /// <summary>Why.</summary>
    public string Reason { get => field ?? ""; init; } = "";

    /// <summary>When.</summary>
    public Instant At { get; init; }
}
