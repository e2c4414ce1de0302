using System.Globalization;
using NodaTime;

namespace SloRollback.Rollbacks;

/// <summary>
/// The life of a rollback (SEMANTICS §8) as a pure function: (state, event) → (state, effects). Every change of state is written
/// to the journal before the effect that belongs to it.
/// </summary>
internal static class RollbackMachine
{
    public static RollbackTransition Next(RollbackRecord? current, RollbackEvent happened, EngineSettings settings)
    {
        if (current is null)
        {
            return happened is RollbackEvent.Proposed proposed
                ? Propose(proposed.Record, proposed.At)
                : throw new ArgumentException($"{happened.GetType().Name} for a rollback that does not exist", nameof(happened));
        }

        // A final state has no way out. Answers that arrive late change nothing.
        if (current.IsFinal)
            return happened is RollbackEvent.Proposed again && current.ExecutingAt is null
                ? Propose(again.Record with { Version = current.Version }, again.At)
                : Nothing(current);

        return (current.State, happened) switch
        {
            (RollbackState.Proposed, RollbackEvent.Ticked tick) => current.Mode == RollbackMode.Automatic
                ? Execute(current, tick.At, current.By.Length == 0 ? "automatic" : $"by hand, {current.By}")
                : Move(current, RollbackState.AwaitingApproval, tick.At, "waits for approval", $"{Names(current)} waits for approval"),
            (RollbackState.Proposed or RollbackState.AwaitingApproval, RollbackEvent.Withdrawn withdrawn) =>
                Move(current, RollbackState.Abandoned, withdrawn.At, withdrawn.Why),
            (RollbackState.AwaitingApproval, RollbackEvent.Approved or RollbackEvent.Ticked) when HasExpired(current, happened.At, settings) =>
                Move(current, RollbackState.Abandoned, happened.At, $"nobody approved within {HumanFormat.Length(settings.ApprovalTimeout)}"),
            (RollbackState.AwaitingApproval, RollbackEvent.Told told) => Write(current with { Answer = told.Answer }),
            (RollbackState.AwaitingApproval, RollbackEvent.Approved approved) => Execute(On(current, approved.EvidenceId), approved.At, $"approved by {approved.By}"),
            (RollbackState.AwaitingApproval, RollbackEvent.Joined { Mode: RollbackMode.Automatic } joined) =>
                Execute(Claim(On(current, joined.EvidenceId), joined.Claim), joined.At, $"automatic under {joined.Claim.Rule}"),
            (RollbackState.Executing, RollbackEvent.Ticked) => new(current, [new RollbackEffect.AskProgress()]),
            (RollbackState.Executing, RollbackEvent.Answered answered) => Answer(current, answered, settings),
            (RollbackState.Executing, RollbackEvent.Progressed progressed) => Progress(current, progressed, settings),
            (RollbackState.Verifying, RollbackEvent.Ticked) => new(current, [new RollbackEffect.AskProgress()]),
            (RollbackState.Verifying, RollbackEvent.Progressed { Progress.Status: RollbackProgressStatus.RevertedByOther } reverted) =>
                Move(current, RollbackState.RevertedByOther, reverted.At, $"another controller or person changed the workload: {reverted.Progress.Detail}"),
            (RollbackState.Verifying, RollbackEvent.Verified verified) => Verify(current, verified),
            (RollbackState.Proposed, RollbackEvent.Joined joined) when joined.Mode > current.Mode => Write(Claim(current, joined.Claim) with { Mode = joined.Mode }),
            (_, RollbackEvent.Joined joined) when current.Claims.All(c => c.Rule != joined.Claim.Rule) => Write(Claim(current, joined.Claim)),

            // What is left asks nothing of its state: an approval of what runs already, an answer to what is verified, time that
            // has not run out.
            _ => Nothing(current),
        };
    }

    private static RollbackTransition Propose(RollbackRecord record, Instant at) =>
        Write(record with { State = RollbackState.Proposed, ProposedAt = at });

    private static RollbackTransition Execute(RollbackRecord current, Instant at, string why)
    {
        var next = current with { State = RollbackState.Executing, ExecutingAt = at, Detail = why };
        return Write(next, new RollbackEffect.Notify($"{Names(next)}: executing ({why})"), new RollbackEffect.CallRollBack());
    }

    private static RollbackTransition Answer(RollbackRecord current, RollbackEvent.Answered answered, EngineSettings settings)
    {
        var result = answered.Result;
        return result.Status switch
        {
            RollbackResultStatus.Applied => Write(current with { AppliedAt = current.AppliedAt ?? answered.At, Detail = result.Detail }, new RollbackEffect.AskProgress()),
            RollbackResultStatus.Refused when current.AppliedAt is not null => new(current, [new RollbackEffect.AskProgress()]),
            RollbackResultStatus.Refused => Move(current with { IsRefused = true }, RollbackState.Abandoned, answered.At, $"the provider refused: {result.Detail}"),

            // Whether a failed call changed anything is not known: the next tick asks, and calls again if it did not.
            _ when result.IsTransient && !IsLate(current, answered.At, settings) => Nothing(current),
            _ => Move(current, RollbackState.Failed, answered.At, result.Detail),
        };
    }

    private static RollbackTransition Progress(RollbackRecord current, RollbackEvent.Progressed progressed, EngineSettings settings)
    {
        var (progress, at) = (progressed.Progress, progressed.At);
        switch (progress.Status)
        {
            case RollbackProgressStatus.Completed:
                // What completed earlier was another rollout of the same revision: verification counts from this one.
                var completed = Instant.Max(progress.CompletedAt ?? at, current.ExecutingAt ?? Instant.MinValue);
                return Move(
                    current with { AppliedAt = current.AppliedAt ?? at, CompletedAt = completed },
                    RollbackState.Verifying,
                    at,
                    $"{current.To} serves alone after {HumanFormat.Length(completed - (current.ExecutingAt ?? completed))}");
            case RollbackProgressStatus.RevertedByOther:
                return Move(current, RollbackState.RevertedByOther, at, $"another controller or person changed the workload: {progress.Detail}");
            case RollbackProgressStatus.Failed:
                return Move(current, RollbackState.Failed, at, progress.Detail);
            // What was accepted is not called for again: the platform may take a moment to see it, and the question would go in a circle.
            // Nor while the kill switch is on or the breach is not seen: then it waits, until it is too late.
            case RollbackProgressStatus.NotApplied when current.AppliedAt is null && progressed.Hold is null && !IsLate(current, at, settings):
                return new(current, [new RollbackEffect.CallRollBack()]);
            default:
                return IsLate(current, at, settings)
                    ? Move(current, RollbackState.Failed, at, $"not completed within {HumanFormat.Length(settings.ExecutionTimeout)}: {progressed.Hold ?? progress.Detail}")
                    : Nothing(current);
        }
    }

    private static RollbackTransition Verify(RollbackRecord current, RollbackEvent.Verified verified)
    {
        var (verification, at) = (verified.Verification, verified.At);
        return verification.Outcome switch
        {
            RollbackState.Succeeded => Move(current, RollbackState.Succeeded, at, $"{current.Detail}; {Ratios(verification)}"),
            RollbackState.NoEffect => Move(current, RollbackState.NoEffect, at, $"the errors go on: {Ratios(verification)}"),
            RollbackState.Unverified => Move(current, RollbackState.Unverified, at, $"not decidable within {HumanFormat.Length(verification.Timeout)}: {Ratios(verification)}"),
            _ => Nothing(current),
        };
    }

    private static bool HasExpired(RollbackRecord current, Instant at, EngineSettings settings) =>
        at - current.ProposedAt >= settings.ApprovalTimeout;

    private static bool IsLate(RollbackRecord current, Instant at, EngineSettings settings) =>
        at - current.ExecutingAt >= settings.ExecutionTimeout;

    private static string Ratios(Verification verification) => string.Join("; ", verification.Readings.Select(r => string.Create(
        CultureInfo.InvariantCulture,
        $"{(r.Valid > 0 ? HumanFormat.Percent(r.Bad / r.Valid) : "no")} errors over the {HumanFormat.Length(r.Measured)} since ({r.Objective.Objective}, limit {HumanFormat.Percent((double)r.MaximumErrorRatio)}, {r.Valid:0} events)")));

    // What executes rests on the decision taken last.
    private static RollbackRecord On(RollbackRecord current, string evidenceId) =>
        evidenceId.Length == 0 ? current : current with { EvidenceId = evidenceId };

    private static RollbackRecord Claim(RollbackRecord current, RollbackClaim claim) =>
        current.Claims.Any(c => c.Rule == claim.Rule) ? current : current with { Claims = current.Claims.Add(claim) };

    private static string Names(RollbackRecord record) => $"rollback {record.From} → {record.To}";

    private static RollbackTransition Move(RollbackRecord current, RollbackState state, Instant at, string detail, string? text = null)
    {
        var next = current with { State = state, Detail = detail };
        if (next.IsFinal) next = next with { FinishedAt = at };
        return Write(next, new RollbackEffect.Notify(text ?? $"{Names(next)}: {state}. {detail}"));
    }

    private static RollbackTransition Write(RollbackRecord record, params ReadOnlySpan<RollbackEffect> then)
    {
        var next = record with { Version = record.Version + 1 };
        return new(next, [new RollbackEffect.WriteJournal(next), .. then]);
    }

    private static RollbackTransition Nothing(RollbackRecord current) => new(current, []);
}
