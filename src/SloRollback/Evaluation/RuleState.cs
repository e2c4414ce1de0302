using System.Collections.Immutable;
using SloRollback.Deployments;
using SloRollback.Policies;
using SloRollback.Policies.Judging;
using SloRollback.Rollbacks;
using SloRollback.Serialization;
using SloRollback.Services;

namespace SloRollback.Evaluation;

/// <summary>What is kept of a rule between evaluations. A composite's rollback rule has one for every workload of its members.</summary>
internal sealed class RuleState
{
    // Deployments in open windows, by far.
    private const int MostClocks = 100_000;

    // Most rules never have an episode, and there may be very many rules. Never written to.
    private static readonly Dictionary<DeploymentId, EpisodeState> None = [];

    private Dictionary<DeploymentId, EpisodeState>? open;
    private RevisionLedger? ledger;
    private Dictionary<DeploymentId, ForClocks>? running;

    private RuleState(ObjectiveState objective, PolicyRule rule, ImmutableArray<ObjectiveState> served, ObjectivePlans plans)
    {
        Key = new RuleKey(objective.Key, rule.Id);
        Rule = rule;
        Served = served;
        (Condition, ClockCount) = plans.Condition(rule, objective.Terms);
    }

    public RuleKey Key { get; }

    public PolicyRule Rule { get; }

    /// <summary>The rule's condition, ready to be judged.</summary>
    public ConditionNode Condition { get; }

    /// <summary>How many clocks the condition's <c>For</c> parts need.</summary>
    public int ClockCount { get; }

    /// <summary>The objectives whose steps tell how the target's revisions served: the rule's own, or a composite's members on the target.</summary>
    public ImmutableArray<ObjectiveState> Served { get; }

    /// <summary>Open episodes, by the deployment that sets their counts; the default id where there is none.</summary>
    public Dictionary<DeploymentId, EpisodeState> Open => open ?? None;

    /// <summary>How the revisions of the rule's target served.</summary>
    public RevisionLedger Ledger => ledger ??= new RevisionLedger();

    public Judgement Judgement { get; set; }

    public RollbackDecision? LastDecision { get; set; }

    public string EvidenceId { get; set; } = "";

    public void Begin(DeploymentId id, Episode episode) => (open ??= []).Add(id, new EpisodeState(episode));

    public void End(DeploymentId id) => open!.Remove(id);

    /// <summary>The clocks of the condition's <c>For</c> parts for one deployment.</summary>
    public ForClocks? Clocks(DeploymentId deployment)
    {
        if (ClockCount == 0)
            return null;

        running ??= [];
        if (!running.TryGetValue(deployment, out var found))
            running.Add(deployment, found = new ForClocks(ClockCount));
        return found;
    }

    /// <summary>Forgets the clocks of deployments that are no longer counted.</summary>
    public void KeepClocks(IReadOnlySet<DeploymentId> kept)
    {
        foreach (var id in running?.Keys ?? Enumerable.Empty<DeploymentId>())
        {
            if (id != default && !kept.Contains(id))
                running!.Remove(id);
        }
    }

    /// <summary>Forgets all clocks.</summary>
    public void ForgetClocks() => running = null;

    public void SaveClocks(BinaryWriter writer)
    {
        writer.WriteNumber(running?.Count ?? 0);
        foreach (var (id, clocks) in running ?? [])
        {
            writer.Write(id.Value ?? "");
            clocks.Save(writer);
        }
    }

    public void LoadClocks(BinaryReader reader)
    {
        for (var count = reader.ReadLength(MostClocks); count > 0; count--)
        {
            var id = reader.ReadString();
            Clocks(id.Length == 0 ? default : new DeploymentId(id))?.Load(reader);
        }
    }

    /// <summary>What is kept besides the clocks, which belong to the counts.</summary>
    public SavedRule Save() => new()
    {
        Open = [.. Open.Values.Select(e => new SavedEpisode { Episode = e.Episode, Decision = e.Decision })],
        LastDecision = LastDecision,
        EvidenceId = EvidenceId,
        Revisions = ledger?.Save() ?? [],
    };

    /// <summary>Goes on with what was saved.</summary>
    public void Load(SavedRule saved)
    {
        open = null;
        foreach (var kept in saved.Open)
        {
            var id = kept.Episode!.Deployment ?? default;
            (open ??= [])[id] = new EpisodeState(kept.Episode) { Decision = kept.Decision };
        }

        (LastDecision, EvidenceId) = (saved.LastDecision, saved.EvidenceId);
        ledger = null;
        if (!saved.Revisions.IsEmpty)
            Ledger.Load(saved.Revisions);
    }

    public static IEnumerable<RuleState> Of(ObjectiveState objective, PolicyRule rule, ObjectivePlans plans)
    {
        if (rule.Rollback is not { } action || !objective.IsComposite)
            return [new RuleState(objective, rule, [objective], plans)];

        return objective.Members
            .Where(m => m.Service.Target is not null)
            .GroupBy(m => m.Service.Target!)
            .Select(group => new RuleState(objective, rule with { Rollback = action with { Target = group.Key } }, [.. group], plans));
    }
}
