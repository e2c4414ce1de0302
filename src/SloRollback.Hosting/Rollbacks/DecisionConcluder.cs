using NodaTime;
using SloRollback.Evaluation;
using SloRollback.Hosting.Evaluation;
using SloRollback.Policies;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Rollbacks;

/// <summary>
/// Carries a decision through: has it planned and taken anew with the plan, reports it, and opens the rollback, joins the one that is
/// open, or gives it the approval that came in. Called by one thread.
/// </summary>
internal sealed class DecisionConcluder(
    GuardReader journal, ProviderGateway providers, RollbackDriver driver, EvidenceStore evidence, JournalBatch batch, DecisionReporter reporter, TimeProvider time)
{
    private Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    /// <summary>Carries one decision through; what was not done is taken anew at the next evaluation.</summary>
    public async Task ConcludeAsync(EngineState state, DecisionTaken taken, CancellationToken cancellationToken)
    {
        var (input, decision) = (taken.Input, taken.Decision);
        if (await TryJoinAsync(state, taken, cancellationToken).ConfigureAwait(false))
            return;

        var isAnswer = false;
        if (decision.Kind is DecisionKind.RollBack or DecisionKind.AwaitApproval)
        {
            input = await PlanAsync(input, decision, cancellationToken).ConfigureAwait(false);
            decision = RollbackDecider.Decide(input);
            isAnswer = await WithdrawOutdatedAsync(input, decision, cancellationToken).ConfigureAwait(false);
            if (isAnswer)
            {
                input = input with { Guards = await journal.ReadAsync(cancellationToken).ConfigureAwait(false) };
                decision = RollbackDecider.Decide(input);
            }
        }

        // What moves a rollback on rests on this decision, and so on its evidence: a new proposal, or what a person approved.
        var isMoving = decision is { Kind: DecisionKind.RollBack or DecisionKind.AwaitApproval, Suspect: { } suspect }
            && input.Guards.Rollbacks.FirstOrDefault(r => r.Id == RollbackId.Of(suspect.Id)) is null or { IsFinal: true } or { Answer.IsApproval: true };
        var document = reporter.Report(input, decision, isAnswer ? null : taken.Previous, isMoving);
        state.Conclude(input.Key, input.Action.Target, input.Episode.Deployment ?? default, decision, document?.Id);
        if (decision.Kind is DecisionKind.RollBack or DecisionKind.AwaitApproval)
            await OpenAsync(state, input, decision, document?.Id, cancellationToken).ConfigureAwait(false);

        // What the first write of a rollback did not take along.
        await batch.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>What stays of a decision that the journal did not take: it is taken anew, with what the journal says then.</summary>
    public static RollbackDecision Undone(RollbackDecision decision, JournalWriteStatus status) => decision with
    {
        Kind = DecisionKind.Hold,
        Holds = [status == JournalWriteStatus.Paused ? HoldReason.Paused : HoldReason.Unknown],
        Unknown = status == JournalWriteStatus.Paused ? UnknownReason.None : UnknownReason.JournalUnavailable,
        Text = $"held: the journal did not take it ({status}). Decided was: {decision.Text}",
    };

    // What waits for approval was planned when it was proposed. A decision that leads elsewhere now is proposed anew: nobody has approved it.
    private async Task<bool> WithdrawOutdatedAsync(DecisionInput input, RollbackDecision decision, CancellationToken cancellationToken)
    {
        if (decision.Kind is not (DecisionKind.RollBack or DecisionKind.AwaitApproval))
            return false;

        var id = RollbackId.Of(decision.Suspect!.Id);
        if (input.Guards.Rollbacks.FirstOrDefault(r => r.Id == id) is not { State: RollbackState.AwaitingApproval } open
            || IsAlike(open, input, decision))
        {
            return false;
        }

        await driver.DriveAsync(open, new RollbackEvent.Withdrawn(Now, "the workload or the way back has changed since it was proposed"), cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<DecisionInput> PlanAsync(DecisionInput input, RollbackDecision decision, CancellationToken cancellationToken)
    {
        var request = new RollbackRequest
        {
            Id = RollbackId.Of(decision.Suspect!.Id),
            Target = input.Action.Target,
            From = decision.PassedOver.IsEmpty ? decision.Suspect.Revision : decision.PassedOver[^1],
            To = decision.ReturnTo!,
        };
        var plan = await providers.PlanAsync(request, cancellationToken).ConfigureAwait(false);
        var guards = await journal.ReadAsync(cancellationToken).ConfigureAwait(false);
        return input with { Plan = plan, Guards = guards };
    }

    private async Task OpenAsync(
        EngineState state, DecisionInput input, RollbackDecision decision, string? evidenceId, CancellationToken cancellationToken)
    {
        var id = RollbackId.Of(decision.Suspect!.Id);
        var known = input.Guards.Rollbacks.FirstOrDefault(r => r.Id == id);
        if (known is { State: RollbackState.Proposed } || (known is { State: RollbackState.AwaitingApproval } && !IsAlike(known, input, decision)))
        {
            // Another replica is about to act, or has died over it, or has proposed something else since.
            state.Conclude(input.Key, input.Action.Target, input.Episode.Deployment ?? default, Undone(decision, JournalWriteStatus.Conflict), evidenceId);
            return;
        }

        RollbackEvent happened = known switch
        {
            { IsFinal: false, Answer: { IsApproval: true } answer } => new RollbackEvent.Approved(Now, answer.By, evidenceId ?? ""),
            { IsFinal: false } => new RollbackEvent.Joined(Now, Verifications.Claim(input), decision.Kind == DecisionKind.RollBack ? RollbackMode.Automatic : RollbackMode.Approve, evidenceId ?? ""),
            _ => new RollbackEvent.Proposed(Now, Record(id, input, decision, evidenceId ?? "")),
        };
        var driven = await driver.DriveAsync(known, happened, cancellationToken, guards: input.Guards).ConfigureAwait(false);
        if (driven is { Status: JournalWriteStatus.Written, Record.State: RollbackState.Proposed })
            driven = await driver.DriveAsync(driven.Record, new RollbackEvent.Ticked(Now), cancellationToken, guards: input.Guards).ConfigureAwait(false);
        if (driven.Status == JournalWriteStatus.Written)
            return;

        if (evidenceId is not null)
            evidence.Close(evidenceId);
        state.Conclude(input.Key, input.Action.Target, input.Episode.Deployment ?? default, Undone(decision, driven.Status), evidenceId);
        if (driven.Record is { State: RollbackState.Proposed or RollbackState.AwaitingApproval } open)
            await driver.DriveAsync(open, new RollbackEvent.Withdrawn(Now, $"the journal did not take it: {driven.Status}"), cancellationToken).ConfigureAwait(false);
    }

    // One record per deployment: another rule that blames the same one joins it.
    private async Task<bool> TryJoinAsync(EngineState state, DecisionTaken taken, CancellationToken cancellationToken)
    {
        // Once the rollback shows in the history it is the newest deployment: an episode of what it left still belongs to it.
        var blamed = taken.Decision.Suspect?.Id ?? (taken.Decision.Headline == HoldReason.SuspectIsRollback ? taken.Input.Episode.Deployment : null);
        if (blamed is not { } deployment)
            return false;

        var guards = await journal.ReadAsync(cancellationToken).ConfigureAwait(false);
        var open = guards.Rollbacks.FirstOrDefault(r => r.Id == RollbackId.Of(deployment) && !r.IsFinal);
        if (open is null or { State: RollbackState.Proposed } || taken.Decision.Kind == DecisionKind.Recommend)
            return false;

        // A hold for another reason than the open rollback itself is a rule's own answer and is told as such.
        if (taken.Decision.Kind == DecisionKind.Hold && taken.Decision.Holds.Any(h => h is not (HoldReason.AlreadyRolledBack or HoldReason.SuspectIsRollback or HoldReason.Cooldown or HoldReason.RateLimited)))
            return false;

        // What makes it execute is a decision of its own: planned, taken anew, told and on record like any other.
        if (open.State == RollbackState.AwaitingApproval && (taken.Decision.Kind == DecisionKind.RollBack || open.Answer is { IsApproval: true }))
            return false;

        if (open.Claims.All(c => c.Rule != taken.Input.Key))
        {
            await driver.DriveAsync(open, new RollbackEvent.Joined(Now, Verifications.Claim(taken.Input), RollbackMode.Approve), cancellationToken).ConfigureAwait(false);
            reporter.TellJoined(taken.Input, open);
        }

        state.Conclude(taken.Input.Key, taken.Input.Action.Target, taken.Input.Episode.Deployment ?? default, taken.Decision with { Kind = KindOf(taken.Input.Action.Mode), Holds = [] }, open.EvidenceId);
        return true;
    }

    private static bool IsAlike(RollbackRecord open, DecisionInput input, RollbackDecision decision) =>
        open.To == decision.ReturnTo && open.PassedOver.SequenceEqual(decision.PassedOver) && open.WorkloadIdentity == input.Plan!.WorkloadIdentity;

    private static DecisionKind KindOf(RollbackMode mode) => mode switch
    {
        RollbackMode.Automatic => DecisionKind.RollBack,
        RollbackMode.Approve => DecisionKind.AwaitApproval,
        _ => DecisionKind.Recommend,
    };

    private static RollbackRecord Record(RollbackId id, DecisionInput input, RollbackDecision decision, string evidenceId) => new()
    {
        Id = id,
        Target = input.Action.Target,
        Deployment = decision.Suspect!.Id,
        From = decision.Suspect.Revision,
        To = decision.ReturnTo!,
        PassedOver = decision.PassedOver,
        Mode = decision.Kind == DecisionKind.RollBack ? RollbackMode.Automatic : RollbackMode.Approve,
        Claims = [Verifications.Claim(input)],
        WorkloadIdentity = input.Plan?.WorkloadIdentity ?? "",
        EvidenceId = evidenceId,
    };
}
