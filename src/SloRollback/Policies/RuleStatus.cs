using System.Collections.Immutable;
using SloRollback.Rollbacks;
using SloRollback.Services;

namespace SloRollback.Policies;

/// <summary>The state of one rule after an evaluation.</summary>
public sealed record RuleStatus
{
    /// <summary>The rule.</summary>
    public RuleKey Key { get; init; }

    /// <summary>The gravest verdict over the deployments whose window is open; unknown when there is none.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>Why it is unknown, when it is.</summary>
    public UnknownReason Reason { get; init; }

    /// <summary>The open episodes.</summary>
    public ImmutableArray<Episode> Episodes { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The latest decision about the newest episode; kept after the episode ended.</summary>
    public RollbackDecision? Decision { get; init; }

    /// <summary>The evidence of that decision, or empty.</summary>
    public string EvidenceId { get => field ?? ""; init; } = "";
}
