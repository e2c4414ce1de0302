using SloRollback.Deployments;
using SloRollback.Policies;
using SloRollback.Rollbacks;
using SloRollback.Services;

namespace SloRollback.Evaluation;

/// <summary>What is kept of a rule between evaluations.</summary>
internal sealed class RuleState(RuleKey key, PolicyRule rule)
{
    public RuleKey Key { get; } = key;

    public PolicyRule Rule { get; } = rule;

    /// <summary>Open episodes, by the deployment that sets their counts; the default id where there is none.</summary>
    public Dictionary<DeploymentId, EpisodeState> Open { get; } = [];

    public RevisionLedger Ledger { get; } = new();

    public Judgement Judgement { get; set; }

    public RollbackDecision? LastDecision { get; set; }

    public string EvidenceId { get; set; } = "";
}
