using NodaTime;

namespace SloRollback.Rollbacks;

/// <summary>How far a rollback has come.</summary>
public sealed record RollbackProgress
{
    /// <summary>How far.</summary>
    public RollbackProgressStatus Status { get; init; }

    /// <summary>When the rollback completed; set when <see cref="Status"/> is <see cref="RollbackProgressStatus.Completed"/>.</summary>
    public Instant? CompletedAt { get; init; }

    /// <summary>The platform's words, for people and evidence. Holds no secrets.</summary>
    public string Detail { get => field ?? ""; init; } = "";
}
