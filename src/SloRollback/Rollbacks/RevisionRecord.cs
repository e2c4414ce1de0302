using NodaTime;

namespace SloRollback.Rollbacks;

/// <summary>What is on record about a revision while it alone served.</summary>
public sealed record RevisionRecord
{
    /// <summary>The revision's id.</summary>
    public required string RevisionId { get; init; }

    /// <summary>How long it served alone.</summary>
    public Duration Served { get; init; }

    /// <summary>How much of that was measured.</summary>
    public Duration Measured { get; init; }

    /// <summary>Valid events it served.</summary>
    public double Valid { get; init; }

    /// <summary>Was an episode attributed to it?</summary>
    public bool IsAttributed { get; init; }
}
