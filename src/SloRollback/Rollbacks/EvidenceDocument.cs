using NodaTime;

namespace SloRollback.Rollbacks;

/// <summary>An evidence document as a journal keeps it: its text is nothing to the journal.</summary>
public sealed record EvidenceDocument
{
    /// <summary>Its id. A document of the same id takes the place of the one before.</summary>
    public required string Id { get; init; }

    /// <summary>When the decision was taken: retention counts from here.</summary>
    public Instant At { get; init; }

    /// <summary>What <see cref="RollbackEvidence.ToJson"/> wrote.</summary>
    public required string Json { get; init; }
}
