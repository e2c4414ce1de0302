namespace SloRollback.Rollbacks;

/// <summary>A journal's answer to a write.</summary>
public sealed record JournalWriteResult
{
    /// <summary>What happened.</summary>
    public JournalWriteStatus Status { get; init; }

    /// <summary>Why not, for people.</summary>
    public string Detail { get => field ?? ""; init; } = "";
}
