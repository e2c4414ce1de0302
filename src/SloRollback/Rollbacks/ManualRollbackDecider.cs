using System.Collections.Immutable;
using SloRollback.Deployments;
using SloRollback.Policies;

namespace SloRollback.Rollbacks;

/// <summary>
/// Answers a rollback by hand (SEMANTICS §7): a pure, total function of its input. No episode and no window is needed; the guards that keep a
/// rollback from doing harm hold, some of them unless the person names them.
/// </summary>
public static class ManualRollbackDecider
{
    /// <summary>The reasons to hold that a person may overrule.</summary>
    public static ImmutableArray<HoldReason> Overridable { get; } =
        [HoldReason.RollbackUnsafe, HoldReason.ManagedElsewhere, HoldReason.Superseded, HoldReason.NoKnownGoodRevision, HoldReason.NoCapacity];

    /// <summary>Decides. Throws for no input; reads no clock.</summary>
    /// <param name="input">Everything the answer rests on.</param>
    public static RollbackDecision Decide(ManualRollbackInput input)
    {
        ArgumentNullException.ThrowIfNull(input);

        var holds = new SortedSet<HoldReason>();
        var unknown = input.Guards.Unavailable is not null ? UnknownReason.JournalUnavailable : input.Blind;
        if (input.Guards.Pauses.Any(p => p.Scope.Length == 0) || (!input.Claims.IsEmpty && input.Claims.All(c => input.Guards.PauseOf(c.Rule) is not null)))
            holds.Add(HoldReason.Paused);

        var suspect = input.Deployments.MaxBy(d => d.StartedAt);
        Deployment? good = null;
        if (suspect is null)
        {
            holds.Add(HoldReason.NoDeploymentInWindow);
        }
        else
        {
            if (suspect.IsRollback) holds.Add(HoldReason.SuspectIsRollback);
            if (input.Guards.Rollbacks.Any(r => r.ExecutingAt is not null && r.Deployment == suspect.Id)) holds.Add(HoldReason.AlreadyRolledBack);

            // Still rolling out: what a person wants to leave may be the fix.
            if (suspect.EndedAt is null) holds.Add(HoldReason.Superseded);

            (good, var isKnown) = Find(input, suspect);
            if (!isKnown) holds.Add(HoldReason.NoKnownGoodRevision);
            if (input.Deployments.Any(d => d.IsRollbackUnsafe && (good is null ? d.StartedAt >= suspect.StartedAt : d.StartedAt > good.StartedAt)))
                holds.Add(HoldReason.RollbackUnsafe);
        }

        if (input.Plan is { IsPossible: false } refused)
        {
            holds.Add(refused.Refusal == HoldReason.None ? HoldReason.Unknown : refused.Refusal);
            if (unknown == UnknownReason.None && refused.Refusal is HoldReason.None or HoldReason.Unknown) unknown = UnknownReason.PlanUnavailable;
        }

        if (RollbackGuards.IsCooling(input.Guards, input.Target, input.At, input.Settings)) holds.Add(HoldReason.Cooldown);
        if (RollbackGuards.IsLimited(input.Guards, input.Settings)) holds.Add(HoldReason.RateLimited);
        if (unknown != UnknownReason.None) holds.Add(HoldReason.Unknown);

        // Where there is nothing to return to, no name helps.
        holds.ExceptWith(input.Overrides.Intersect(Overridable).Where(h => h != HoldReason.NoKnownGoodRevision || good is not null));
        var decision = new RollbackDecision
        {
            Kind = holds.Count > 0 ? DecisionKind.Hold : DecisionKind.RollBack,
            Holds = [.. holds],
            Unknown = unknown,
            Suspect = suspect,
            ReturnTo = good?.Revision,
        };
        return decision with { Text = Text(input, decision) };
    }

    // The revision and whether it is on record as good. Quarantined ones are never returned to, whoever asks.
    private static (Deployment? Deployment, bool IsKnown) Find(ManualRollbackInput input, Deployment suspect)
    {
        var older = input.Deployments
            .Where(d => d.StartedAt < suspect.StartedAt && d.Revision.Id != suspect.Revision.Id)
            .Where(d => !input.Guards.Rollbacks.Any(r => Quarantine.Covers(r, d.Target, d.Revision.Id, input.At, input.Settings.Quarantine)))
            .Where(d => input.To.Length == 0 || d.Revision.Id == input.To || d.Revision.Name == input.To)
            .OrderByDescending(d => d.StartedAt)
            .ToList();
        var minimumValid = input.Claims.IsEmpty ? 1 : input.Claims.Max(c => c.MinimumValid);
        var good = older.Find(d => input.Revisions.Any(r => r.RevisionId == d.Revision.Id && RollbackTarget.IsGood(r, input.Settings, minimumValid)));
        return (good ?? older.FirstOrDefault(), good is not null);
    }

    private static string Text(ManualRollbackInput input, RollbackDecision decision)
    {
        var who = $"{input.Service}: by hand, {input.By}{(input.Reason.Length == 0 ? "" : $" ({input.Reason})")}";
        var overruled = input.Overrides.IsEmpty ? "" : $"; overruled: {string.Join(", ", input.Overrides)}";
        if (decision.Kind == DecisionKind.RollBack)
            return $"{who}: rolls {input.Target.Workload} back {decision.Suspect!.Revision} → {decision.ReturnTo}{overruled}.";

        var why = decision.Holds.Select(h => h == HoldReason.Unknown ? $"{h} ({decision.Unknown})" : h.ToString());
        var plan = input.Plan is { IsPossible: false, Summary: { Length: > 0 } summary } ? $": {summary}" : "";
        return $"{who}: held, {string.Join(", ", why)}{plan}{overruled}.";
    }
}
