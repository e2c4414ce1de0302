using SloRollback.Services;

namespace SloRollback.Rollbacks;

/// <summary>A rule's part in a rollback, and what the verification demands of its objective.</summary>
public sealed record RollbackClaim
{
    /// <summary>The rule.</summary>
    public RuleKey Rule { get; init; }

    /// <summary>The error ratio that must not be exceeded afterwards: factor × (1 - target).</summary>
    public decimal MaximumErrorRatio { get; init; }

    /// <summary>Valid events that the verification needs.</summary>
    public long MinimumValid { get; init; }
}
