using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Evaluation;
using SloRollback.Hosting.Evaluation;
using SloRollback.Hosting.Notifications;
using SloRollback.Hosting.Telemetry;
using SloRollback.Policies;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Rollbacks;

/// <summary>
/// Acts on what an evaluation yields: asks for plans, has decisions taken anew with the answers, opens rollbacks and drives the open
/// ones on. Called by one thread.
/// </summary>
internal sealed class RollbackCoordinator(
    GuardReader journal,
    ProviderGateway providers,
    RollbackDriver driver,
    ApprovalDesk desk,
    EvidenceStore evidence,
    NotificationDispatcher notifications,
    SloRollbackMetrics metrics,
    TimeProvider time,
    ILoggerFactory loggers)
{
    private readonly ILogger evaluationLog = loggers.CreateLogger("SloRollback.Evaluation");
    private readonly DecisionReporter reporter = new(evidence, notifications, metrics, loggers);

    public IReadOnlySet<RollbackId> Approvals => desk.Approved;

    private Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    /// <summary>
    /// Handles everything that an evaluation yielded. What fails with an exception holds up nothing else; a decision that was not
    /// carried through is taken anew at the next evaluation.
    /// </summary>
    /// <param name="state">The engine's state.</param>
    /// <param name="output">What the evaluation yielded.</param>
    /// <param name="guards">What the journal said before it.</param>
    /// <param name="approved">The approvals that it knew of; one that came in since waits for the next.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The status with what became of the rollbacks.</returns>
    public async Task<EngineStatus> HandleAsync(
        EngineState state, EngineOutput output, GuardState guards, IReadOnlySet<RollbackId> approved, CancellationToken cancellationToken)
    {
        foreach (var episode in output.Episodes)
            await IsolateAsync(() => TellAsync(episode), cancellationToken).ConfigureAwait(false);
        foreach (var notification in output.Notifications)
            await IsolateAsync(() => TellAsync(notification), cancellationToken).ConfigureAwait(false);

        // Open rollbacks move on before new ones begin, so that what they free or block is known.
        foreach (var record in guards.Rollbacks.Where(r => !r.IsFinal))
            await IsolateAsync(() => MoveOnAsync(state, record, output, guards, cancellationToken), cancellationToken).ConfigureAwait(false);
        foreach (var taken in output.Decisions)
        {
            if (!await IsolateAsync(() => ConcludeAsync(state, taken, cancellationToken), cancellationToken).ConfigureAwait(false))
                state.Conclude(taken.Input.Key, taken.Input.Episode.Deployment ?? default, Undone(taken.Decision, JournalWriteStatus.Failed), evidenceId: null);
        }

        foreach (var id in approved)
            await IsolateAsync(() => WithdrawApprovedAsync(id, guards, output, cancellationToken), cancellationToken).ConfigureAwait(false);

        var after = await journal.ReadAsync(cancellationToken).ConfigureAwait(false);
        return StatusWriter.WithOutcome(output.Status, state, after);
    }

    private async Task MoveOnAsync(EngineState state, RollbackRecord record, EngineOutput output, GuardState guards, CancellationToken cancellationToken)
    {
        if (record.State == RollbackState.AwaitingApproval && desk.Peek(record.Id) is { } answer)
        {
            // An approval is handled with the decision that is taken anew because of it, in this evaluation or, if it has only just come
            // in, in the next.
            if (answer.IsApproval)
                return;

            desk.Take(record.Id);
            await driver.DriveAsync(record, new RollbackEvent.Withdrawn(Now, $"rejected by {answer.By}: {answer.Reason}"), cancellationToken).ConfigureAwait(false);
            return;
        }

        // What was proposed and not executed at once rests on a decision that is no longer fresh.
        if (record.State == RollbackState.Proposed)
        {
            await driver.DriveAsync(record, new RollbackEvent.Withdrawn(Now, "it was not begun in the evaluation that decided it"), cancellationToken).ConfigureAwait(false);
            return;
        }

        var ticked = await driver.DriveAsync(record, new RollbackEvent.Ticked(Now), cancellationToken, Hold(state, record, guards)).ConfigureAwait(false);
        if (ticked.Record is { State: RollbackState.Verifying } verifying && output.Verifications.TryGetValue(verifying.Id, out var verification))
        {
            evidence.Keep(verifying.EvidenceId, verification);
            await driver.DriveAsync(verifying, new RollbackEvent.Verified(Now, verification), cancellationToken).ConfigureAwait(false);
        }
    }

    // Why a call that the provider has not taken must not be repeated now.
    private static string? Hold(EngineState state, RollbackRecord record, GuardState guards)
    {
        if (guards.Paused is { } paused)
            return $"rollbacks are paused ({paused})";

        var isBreached = state.Objectives.SelectMany(o => o.Rules).Any(r => r.Judgement.Verdict == Verdict.Breached && record.Claims.Any(c => c.Rule == r.Key));
        return isBreached ? null : "the condition is no longer seen to be breached";
    }

    private async Task ConcludeAsync(EngineState state, DecisionTaken taken, CancellationToken cancellationToken)
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

        var (document, isNew) = reporter.Report(input, decision, isAnswer ? null : taken.Previous);
        state.Conclude(input.Key, input.Episode.Deployment ?? default, decision, isNew ? document.Id : null);
        if (decision.Kind is DecisionKind.RollBack or DecisionKind.AwaitApproval)
            await OpenAsync(state, input, decision, document, cancellationToken).ConfigureAwait(false);
    }

    // What waits for approval was planned when it was proposed. A decision that leads elsewhere now is proposed anew: nobody has approved it.
    private async Task<bool> WithdrawOutdatedAsync(DecisionInput input, RollbackDecision decision, CancellationToken cancellationToken)
    {
        if (decision.Kind is not (DecisionKind.RollBack or DecisionKind.AwaitApproval))
            return false;

        var id = RollbackId.Of(decision.Suspect!.Id);
        if (input.Guards.Rollbacks.FirstOrDefault(r => r.Id == id) is not { State: RollbackState.AwaitingApproval } open
            || (open.To == decision.ReturnTo && open.PassedOver.SequenceEqual(decision.PassedOver) && open.WorkloadIdentity == input.Plan!.WorkloadIdentity))
        {
            return false;
        }

        desk.Take(id);
        await driver.DriveAsync(open, new RollbackEvent.Withdrawn(Now, "the workload or the way back has changed since it was proposed"), cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<DecisionInput> PlanAsync(DecisionInput input, RollbackDecision decision, CancellationToken cancellationToken)
    {
        var request = new RollbackRequest
        {
            Id = RollbackId.Of(decision.Suspect!.Id),
            Target = input.Action.Target,
            From = decision.Suspect.Revision,
            To = decision.ReturnTo!,
        };
        var plan = await providers.PlanAsync(request, cancellationToken).ConfigureAwait(false);
        var guards = await journal.ReadAsync(cancellationToken).ConfigureAwait(false);
        return input with { Plan = plan, Guards = guards };
    }

    private async Task OpenAsync(
        EngineState state, DecisionInput input, RollbackDecision decision, RollbackEvidence document, CancellationToken cancellationToken)
    {
        var id = RollbackId.Of(decision.Suspect!.Id);
        var known = input.Guards.Rollbacks.FirstOrDefault(r => r.Id == id);
        RollbackEvent happened = known switch
        {
            { IsFinal: false } when desk.TakeApproval(id) is { } answer => new RollbackEvent.Approved(Now, answer.By),
            { IsFinal: false } => new RollbackEvent.Joined(Now, Verifications.Claim(input), decision.Kind == DecisionKind.RollBack ? RollbackMode.Automatic : RollbackMode.Approve),
            _ => new RollbackEvent.Proposed(Now, Record(id, input, decision, document)),
        };
        var driven = await driver.DriveAsync(known, happened, cancellationToken).ConfigureAwait(false);
        if (driven is { Status: JournalWriteStatus.Written, Record.State: RollbackState.Proposed })
            driven = await driver.DriveAsync(driven.Record, new RollbackEvent.Ticked(Now), cancellationToken).ConfigureAwait(false);
        if (driven.Status == JournalWriteStatus.Written)
            return;

        evidence.Close(document.Id);
        state.Conclude(input.Key, input.Episode.Deployment ?? default, Undone(decision, driven.Status), document.Id);
        if (driven.Record is { State: RollbackState.Proposed or RollbackState.AwaitingApproval } open)
            await driver.DriveAsync(open, new RollbackEvent.Withdrawn(Now, $"the journal did not take it: {driven.Status}"), cancellationToken).ConfigureAwait(false);
    }

    // One record per deployment: another rule that blames the same one joins it.
    private async Task<bool> TryJoinAsync(EngineState state, DecisionTaken taken, CancellationToken cancellationToken)
    {
        if (taken.Decision.Suspect is not { } suspect)
            return false;

        var guards = await journal.ReadAsync(cancellationToken).ConfigureAwait(false);
        var open = guards.Rollbacks.FirstOrDefault(r => r.Id == RollbackId.Of(suspect.Id) && !r.IsFinal);
        if (open is null or { State: RollbackState.Proposed } || taken.Decision.Kind == DecisionKind.Recommend)
            return false;

        // A hold for another reason than the open rollback itself is a rule's own answer and is told as such.
        if (taken.Decision.Kind == DecisionKind.Hold && taken.Decision.Holds.Any(h => h is not (HoldReason.AlreadyRolledBack or HoldReason.Cooldown or HoldReason.RateLimited)))
            return false;

        // What makes it execute is a decision of its own: planned, taken anew, told and on record like any other.
        if (open.State == RollbackState.AwaitingApproval && (taken.Decision.Kind == DecisionKind.RollBack || desk.Peek(open.Id) is { IsApproval: true }))
            return false;

        if (open.Claims.All(c => c.Rule != taken.Input.Key))
        {
            await driver.DriveAsync(open, new RollbackEvent.Joined(Now, Verifications.Claim(taken.Input), RollbackMode.Approve), cancellationToken).ConfigureAwait(false);
            reporter.TellJoined(taken.Input, open);
        }

        state.Conclude(taken.Input.Key, taken.Input.Episode.Deployment ?? default, taken.Decision with { Kind = KindOf(taken.Input.Action.Mode), Holds = [] }, open.EvidenceId);
        return true;
    }

    // An approval that no decision acted on ends the wait, and says why.
    private async Task WithdrawApprovedAsync(RollbackId id, GuardState guards, EngineOutput output, CancellationToken cancellationToken)
    {
        if (desk.TakeApproval(id) is not { } answer || guards.Rollbacks.FirstOrDefault(r => r.Id == id) is not { State: RollbackState.AwaitingApproval } open)
            return;

        var held = output.Decisions.FirstOrDefault(d => d.Decision.Suspect is { } s && RollbackId.Of(s.Id) == id && open.Claims.Any(c => c.Rule == d.Input.Key));
        var why = held is null ? $"{HoldReason.Recovered}: the episode ended before the approval by {answer.By}" : $"approved by {answer.By}, but decided anew: {held.Decision.Headline}";
        await driver.DriveAsync(open, new RollbackEvent.Withdrawn(Now, why), cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> IsolateAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work().ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.EvaluationFailed();
            EvaluationLog.TryFailed(evaluationLog, e);
            return false;
        }
    }

    // Nothing was done: the decision is taken anew at the next evaluation, with what the journal says then.
    private static RollbackDecision Undone(RollbackDecision decision, JournalWriteStatus status) => decision with
    {
        Kind = DecisionKind.Hold,
        Holds = [status == JournalWriteStatus.Paused ? HoldReason.Paused : HoldReason.Unknown],
        Unknown = status == JournalWriteStatus.Paused ? UnknownReason.None : UnknownReason.JournalUnavailable,
        Text = $"held: the journal did not take it ({status}). Decided was: {decision.Text}",
    };

    private static DecisionKind KindOf(RollbackMode mode) => mode switch
    {
        RollbackMode.Automatic => DecisionKind.RollBack,
        RollbackMode.Approve => DecisionKind.AwaitApproval,
        _ => DecisionKind.Recommend,
    };

    private static RollbackRecord Record(RollbackId id, DecisionInput input, RollbackDecision decision, RollbackEvidence document) => new()
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
        EvidenceId = document.Id,
    };

    private Task TellAsync(Episode episode)
    {
        if (episode.EndedAt is not null)
            EvaluationLog.EpisodeEnded(evaluationLog, episode.Rule, episode.Onset, episode.End);
        else
            EvaluationLog.EpisodeBegan(evaluationLog, episode.Rule, episode.Onset, episode.ErrorsBegan);
        notifications.Send([episode.Rule], EpisodeNotification.Of(episode));
        return Task.CompletedTask;
    }

    private Task TellAsync(SloRollback.Notifications.Notification notification)
    {
        if (notification.Kind == SloRollback.Notifications.NotificationKind.Information)
            EvaluationLog.Told(evaluationLog, notification.Text);
        else
            EvaluationLog.CannotSee(evaluationLog, notification.Text);
        notifications.SendToService(notification);
        return Task.CompletedTask;
    }
}
