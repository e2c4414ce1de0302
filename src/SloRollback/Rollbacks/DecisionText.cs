using System.Globalization;
using NodaTime;
using NodaTime.Text;
using SloRollback.Objectives;
using SloRollback.Policies;

namespace SloRollback.Rollbacks;

/// <summary>
/// Says a decision in one line: first the sentence that a tired person needs, then the numbers, each beside its limit.
/// </summary>
internal static class DecisionText
{
    public static string Of(DecisionInput input, RollbackDecision decision)
    {
        var service = input.Key.Objective.Service;
        var suspect = decision.Suspect?.Revision.Name;
        var back = $"{suspect} → {decision.ReturnTo?.Name}";
        return decision.Kind switch
        {
            DecisionKind.Hold => $"{service}: held: {HoldSentence(input, decision)}. {Numbers(input, decision)}",
            DecisionKind.Recommend => $"{service}: would roll back {back} (Observe). {Numbers(input, decision)}",
            DecisionKind.AwaitApproval => $"{service}: asks for approval to roll back {back} ({Approval(input, suspect)}). {Numbers(input, decision)}",
            _ => $"{service}: rolling back {back} (Automatic). {Numbers(input, decision)}",
        };
    }

    private static string Approval(DecisionInput input, string? suspect) => input.Action.Mode == RollbackMode.Automatic
        ? $"Automatic, but {suspect} began before the journal did"
        : "Approve";

    private static string HoldSentence(DecisionInput input, RollbackDecision decision)
    {
        var others = decision.Holds.Length > 1 ? $" (also {string.Join(", ", decision.Holds.Skip(1))})" : "";
        return $"{decision.Headline}: {Because(input, decision)}{others}";
    }

    private static string? Because(DecisionInput input, RollbackDecision decision)
    {
        var suspect = decision.Suspect?.Revision.Name ?? "the deployment";
        return decision.Headline switch
        {
            HoldReason.Paused => $"rollbacks are paused ({input.Guards.PauseOf(input.Key)})",
            HoldReason.Unknown => UnknownSentence(decision.Unknown, input),
            HoldReason.BreachPredatesDeployment => Predated(input),
            HoldReason.NoDeploymentInWindow => $"no deployment started before {Time(input.Episode.Onset)} and ended within {HumanFormat.Length(input.Action.Window.Length)} of it",
            HoldReason.SuspectIsRollback => "the newest deployment in the window is itself a rollback",
            HoldReason.AlreadyRolledBack => $"a rollback of {suspect} was begun before; there is no second one",
            HoldReason.TooFewEvents => string.Create(CultureInfo.InvariantCulture, $"too few events to judge (at least {input.Rule.MinimumValid} valid and {input.Rule.MinimumBad} bad are needed)"),
            HoldReason.Recomputed => "no new error began this, but the beginning of a period of the calendar, or history that was filled in",
            HoldReason.NotAttributed when input.ShareOfComposite is { } share => $"no member spent over half of what the composite spent since {Time(input.Episode.ErrorsBegan)}, after its deployment ({suspect}: {HumanFormat.Percent(share)})",
            HoldReason.NotAttributed => $"errors at this level are older than {suspect}: they began {Time(input.Episode.ErrorsBegan)}",
            HoldReason.RollbackUnsafe => "a deployment that would be undone is marked unsafe to roll back",
            HoldReason.ManagedElsewhere or HoldReason.NoCapacity => input.Plan?.Summary ?? "the provider refuses",
            HoldReason.Superseded => $"a deployment newer than {suspect} may be the fix",
            HoldReason.NoKnownGoodRevision => NoKnownGood(input, decision),
            HoldReason.Cooldown => $"{input.Action.Target} was rolled back less than {HumanFormat.Length(input.Settings.Cooldown)} ago, or is being rolled back",
            HoldReason.RateLimited => string.Create(CultureInfo.InvariantCulture, $"{input.Settings.RateLimit} rollbacks within {HumanFormat.Length(input.Settings.RateLimitPeriod)}; waits until somebody resumes"),
            HoldReason.Recovered => "the condition is no longer breached",
            _ => input.Plan?.Summary,
        };
    }

    private static string Predated(DecisionInput input)
    {
        var began = input.Episode.ErrorsBegan;
        var newest = input.Deployments
            .Where(d => input.Action.Window.Contains(d, input.Episode.Onset, input.Settings.MaximumRolloutAge))
            .MaxBy(d => d.StartedAt);
        if (newest is null)
            return $"errors began {Time(began)}";

        var facts = input.Episode.Facts.FirstOrDefault(f => f.Deployment == newest.Id);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"errors began {Time(began)}, {HumanFormat.Length(newest.StartedAt - began)} before {newest.Revision.Name} ({facts?.BadBefore ?? 0:0} failed {Counted(input)} by then, limit {input.Rule.MinimumBad})");
    }

    private static string NoKnownGood(DecisionInput input, RollbackDecision decision)
    {
        var needed = string.Create(
            CultureInfo.InvariantCulture,
            $"a revision older than {decision.Suspect?.Revision.Name} must have served alone for {HumanFormat.Length(input.Settings.BakeTime)}, 80% of it measured, with {input.Rule.MinimumValid} {Counted(input)} and no episode");
        var newest = input.Deployments.LastOrDefault(d => d.StartedAt < decision.Suspect?.StartedAt);
        var record = input.Revisions.FirstOrDefault(r => r.RevisionId == newest?.Revision.Id);
        return newest is null ? $"{needed}; there is none"
            : record is null ? $"{needed}; {newest.Revision.Name} never served alone"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{needed}; {newest.Revision.Name} served alone for {HumanFormat.Length(record.Served)}, {HumanFormat.Length(record.Measured)} of it measured, with {record.Valid:0} {Counted(input)}{(record.IsAttributed ? " and an episode" : "")}");
    }

    private static string UnknownSentence(UnknownReason reason, DecisionInput input) => reason switch
    {
        UnknownReason.SourceUnreadable => "the metric source cannot be read",
        UnknownReason.NewestStepUnmeasured => "the newest step is not measured",
        UnknownReason.LookbackUnmeasured => "under half of a look-back is measured",
        UnknownReason.StillFilling => "a look-back is still filling",
        UnknownReason.PeriodUnmeasured => "under a tenth of the period is measured",
        UnknownReason.DeploymentStartUnknown => "when the newest deployment in the window began is not known, only about when",
        UnknownReason.BeforeDeploymentUnmeasured => $"under 80 % of the {HumanFormat.Length(input.Episode.ShortLookback)} before the deployment is measured",
        UnknownReason.HistoryUnavailable => "the deployment history is unavailable or stale",
        UnknownReason.ClockSkew => "our clock and another one differ too much",
        UnknownReason.SeriesFromElsewhere => "the series that were counted come from none of the workload's instances",
        UnknownReason.PlanUnavailable => $"the provider could not plan the rollback: {input.Plan?.Summary}",
        UnknownReason.JournalUnavailable => $"the journal is unavailable: {input.Guards.Unavailable}",
        _ => reason.ToString(),
    };

    private static string Numbers(DecisionInput input, RollbackDecision decision)
    {
        var parts = new List<string>();
        if (decision.Suspect is { } suspect && input.Episode.Facts.FirstOrDefault(f => f.Deployment == suspect.Id) is { ValidSince: > 0 } facts)
        {
            parts.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{facts.BadSince:0} of {facts.ValidSince:0} {Counted(input)} ({HumanFormat.Percent(facts.BadSince / facts.ValidSince)}) failed between {suspect.Revision.Name}'s start and the onset {HumanFormat.Length(input.Episode.Onset - suspect.StartedAt)} later"));
        }

        parts.AddRange(Leaves(input.Condition));
        parts.Add($"{HumanFormat.Percent(input.Budget.Remaining)} of the error budget left");
        return string.Join("; ", parts) + ".";
    }

    private static IEnumerable<string> Leaves(ConditionResult result)
    {
        var shown = result.Parts.Any(p => p.Verdict == Verdict.Breached) ? result.Parts.Where(p => p.Verdict == Verdict.Breached) : result.Parts;
        foreach (var leaf in shown.SelectMany(Leaves))
            yield return leaf;

        foreach (var window in result.Windows)
        {
            var rate = window.BurnRate is { } burn ? string.Create(CultureInfo.InvariantCulture, $"{burn:0.##}×") : "undefined";
            yield return string.Create(CultureInfo.InvariantCulture, $"burn {rate} on {HumanFormat.Length(window.Lookback)} (limit {window.Above:0.##}×)");
        }

        if (Own(result) is { } own)
            yield return own;
    }

    // What a condition without look-backs of its own rests on.
    private static string? Own(ConditionResult result) => result switch
    {
        { Condition: BudgetConsumedSinceDeploymentCondition consumed, BudgetShare: { } share } =>
            $"{HumanFormat.Percent(share)} of the period's budget spent since the deployment (limit {HumanFormat.Percent((double)consumed.Above)})",
        { Condition: BudgetConsumedCondition consumed, BudgetShare: { } share } =>
            $"{HumanFormat.Percent(share)} of the period's budget spent in {HumanFormat.Length(consumed.Lookback)} (limit {HumanFormat.Percent((double)consumed.Above)})",
        { Condition: BudgetRemainingCondition { Unit: BudgetUnit.Share } remaining, BudgetShare: { } share } =>
            $"{HumanFormat.Percent(share)} of the budget left (limit {HumanFormat.Percent((double)remaining.Below)})",
        { Condition: BudgetRemainingCondition remaining } =>
            string.Create(CultureInfo.InvariantCulture, $"less than {remaining.Below} {(remaining.Unit == BudgetUnit.Minutes ? "minutes" : "events")} of budget left"),
        { Condition: TrafficLostCondition lost, ObservedValid: { } observed, ExpectedValid: { } expected } =>
            string.Create(CultureInfo.InvariantCulture, $"{observed:0} requests since the rollout's end where {expected:0} were to be expected (limit {HumanFormat.Percent((double)lost.BelowShare)})"),
        { Condition: ForCondition held, HeldFor: { } elapsed } => $"for {HumanFormat.Length(elapsed)} (limit {HumanFormat.Length(held.Duration)})",
        _ => null,
    };

    private static string Counted(DecisionInput input) => input.Budgeting == BudgetingMethod.Occurrences ? "requests" : "slices";

    private static string Time(Instant instant) => LocalTimePattern.ExtendedIso.Format(instant.InUtc().TimeOfDay.With(TimeAdjusters.TruncateToSecond));
}
