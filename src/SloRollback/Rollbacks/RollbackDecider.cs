using System.Collections.Immutable;
using SloRollback.Deployments;
using SloRollback.Policies;

namespace SloRollback.Rollbacks;

/// <summary>
/// Decides about an episode (SEMANTICS §6 and §7): a pure, total function of its input. A decision to act that was taken without a
/// plan is only a wish: the provider is asked, and the decision taken anew with its answer.
/// </summary>
public static class RollbackDecider
{
    private const double MinimumCoverageBefore = 0.8;

    // A composite acts on the member that spent over half of what it spent.
    private const double MinimumShareOfComposite = 0.5;

    /// <summary>Decides. Throws for no input; reads no clock.</summary>
    /// <param name="input">Everything the decision rests on.</param>
    public static RollbackDecision Decide(DecisionInput input)
    {
        ArgumentNullException.ThrowIfNull(input);

        var holds = new SortedSet<HoldReason>();
        var suspicion = Suspicion.Of(input);
        var unknown = FirstKnown(
            input.Guards.Unavailable is null ? UnknownReason.None : UnknownReason.JournalUnavailable,
            input.Blind,
            suspicion.Unknown,
            input.Condition is { Verdict: Verdict.Unknown, Reason: not UnknownReason.TooFewEvents } ? input.Condition.Reason : UnknownReason.None);

        if (suspicion.Hold != HoldReason.None) holds.Add(suspicion.Hold);
        if (input.Episode.IsPredated) holds.Add(HoldReason.BreachPredatesDeployment);
        if (input.Episode.IsRecomputed) holds.Add(HoldReason.Recomputed);
        if (input.ShareOfComposite <= MinimumShareOfComposite) holds.Add(HoldReason.NotAttributed);
        if (input.Guards.PauseOf(input.Key) is not null) holds.Add(HoldReason.Paused);
        if (input.Condition.Reason == UnknownReason.TooFewEvents) holds.Add(HoldReason.TooFewEvents);
        if (input.Condition.Verdict == Verdict.NotBreached) holds.Add(HoldReason.Recovered);

        Revision? returnTo = null;
        ImmutableArray<Revision> passedOver = [];
        if (suspicion.Suspect is { } suspect)
        {
            var newer = input.Deployments.Where(d => d.StartedAt > suspect.StartedAt).ToList();
            passedOver = [.. newer.Select(d => d.Revision).Where(r => r.Id != suspect.Revision.Id).DistinctBy(r => r.Id)];
            if (IsRolledBack(input, suspect)) holds.Add(HoldReason.AlreadyRolledBack);
            if (newer.Any(d => MayBeTheFix(d, input))) holds.Add(HoldReason.Superseded);

            var good = RollbackTarget.Find(input, suspect, passedOver);
            returnTo = good?.Revision;
            if (good is null) holds.Add(HoldReason.NoKnownGoodRevision);
            if (input.Deployments.Any(d => d.IsRollbackUnsafe && (good is null ? d.StartedAt >= suspect.StartedAt : d.StartedAt > good.StartedAt)))
                holds.Add(HoldReason.RollbackUnsafe);

            if (input.Plan is { IsPossible: false } refused)
            {
                holds.Add(refused.Refusal == HoldReason.None ? HoldReason.Unknown : refused.Refusal);
                unknown = refused.Refusal is HoldReason.None or HoldReason.Unknown ? FirstKnown(unknown, UnknownReason.PlanUnavailable) : unknown;
            }
        }

        if (RollbackGuards.IsCooling(input.Guards, input.Action.Target, input.EvaluatedAt, input.Settings)) holds.Add(HoldReason.Cooldown);
        if (RollbackGuards.IsLimited(input.Guards, input.Settings)) holds.Add(HoldReason.RateLimited);
        if (unknown != UnknownReason.None) holds.Add(HoldReason.Unknown);

        // Whatever else a condition may say: only a breached one acts.
        if (input.Condition.Verdict != Verdict.Breached && holds.Count == 0) holds.Add(HoldReason.Unknown);

        var decision = new RollbackDecision
        {
            Kind = holds.Count > 0 ? DecisionKind.Hold : KindOf(input, suspicion.Suspect),
            Holds = [.. holds],
            Unknown = unknown,
            Suspect = suspicion.Suspect,
            ReturnTo = returnTo,
            PassedOver = passedOver,
        };
        return decision with { Text = DecisionText.Of(input, decision) };
    }

    // What the journal cannot have seen may have been rolled back before: a person decides.
    private static DecisionKind KindOf(DecisionInput input, Deployment? suspect) => input.Action.Mode switch
    {
        RollbackMode.Automatic when suspect?.StartedAt < input.Guards.Began => DecisionKind.AwaitApproval,
        RollbackMode.Automatic => DecisionKind.RollBack,
        RollbackMode.Approve => DecisionKind.AwaitApproval,
        _ => DecisionKind.Recommend,
    };

    private static UnknownReason FirstKnown(params ReadOnlySpan<UnknownReason> reasons)
    {
        foreach (var reason in reasons)
        {
            if (reason != UnknownReason.None)
                return reason;
        }

        return UnknownReason.None;
    }

    // Once per deployment, also when another start of it is reported afterwards. Content in quarantine that was deployed again is somebody's override: held, never fought.
    private static bool IsRolledBack(DecisionInput input, Deployment suspect) =>
        input.Guards.Rollbacks.Any(r => r.ExecutingAt is { } executing
            && (r.Deployment == suspect.Id
                || (r.Target == suspect.Target && r.From.Id == suspect.Revision.Id && suspect.StartedAt <= executing)
                || (suspect.StartedAt > executing && Quarantine.Covers(r, suspect.Target, suspect.Revision.Id, suspect.StartedAt, input.Settings.Quarantine))));

    private static bool MayBeTheFix(Deployment newer, DecisionInput input) =>
        newer.EndedAt is not { } ended || input.EvaluatedAt - ended < input.Episode.ShortLookback;

    /// <summary>Who may be blamed for an episode.</summary>
    private readonly record struct Suspicion(Deployment? Suspect, HoldReason Hold, UnknownReason Unknown)
    {
        public static Suspicion Of(DecisionInput input)
        {
            var candidates = input.Deployments
                .Where(d => input.Action.Window.Contains(d, input.Episode.Onset, input.Settings.MaximumRolloutAge))
                .OrderByDescending(d => d.StartedAt)
                .ToList();
            if (candidates.Count == 0)
                return new(null, HoldReason.NoDeploymentInWindow, UnknownReason.None);

            // Nothing before a rollback of the target is blamed again, whether the rollback lies in the window, behind it or after the onset.
            var rollback = input.Deployments.Where(d => d.IsRollback).MaxBy(d => d.StartedAt);
            foreach (var candidate in candidates)
            {
                if (candidate.StartedAt <= rollback?.StartedAt)
                    return new(null, HoldReason.SuspectIsRollback, UnknownReason.None);

                if (candidate.IsStartApproximate)
                    return new(null, HoldReason.None, UnknownReason.DeploymentStartUnknown);

                var facts = input.Episode.Facts.FirstOrDefault(f => f.Deployment == candidate.Id);
                if (facts is not null && !facts.IsPresentLevel && facts.BadBefore >= input.Rule.MinimumBad && facts.BadBefore > 0)
                    continue;

                if (facts is null || facts.CoverageBefore < MinimumCoverageBefore)
                    return new(candidate, HoldReason.None, UnknownReason.BeforeDeploymentUnmeasured);

                return new(candidate, facts.IsPresentLevel ? HoldReason.NotAttributed : HoldReason.None, UnknownReason.None);
            }

            return new(null, HoldReason.BreachPredatesDeployment, UnknownReason.None);
        }
    }
}
