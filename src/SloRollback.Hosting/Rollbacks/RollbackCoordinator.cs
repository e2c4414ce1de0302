using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NodaTime;
using SloRollback.Evaluation;
using SloRollback.Hosting.Evaluation;
using SloRollback.Hosting.Notifications;
using SloRollback.Hosting.Telemetry;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Rollbacks;

/// <summary>
/// Acts on what an evaluation yields: asks for plans, has decisions taken anew with the answers, opens rollbacks and drives the open
/// ones on. Called by one thread.
/// </summary>
internal sealed class RollbackCoordinator(
    IOptions<SloRollbackOptions> options,
    IRollbackJournal journal,
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

    /// <summary>Handles everything that an evaluation yielded.</summary>
    /// <returns>The status with what became of the rollbacks.</returns>
    public async Task<EngineStatus> HandleAsync(EngineState state, EngineOutput output, GuardState guards, CancellationToken cancellationToken)
    {
        foreach (var change in output.Episodes)
            await TellAsync(change, cancellationToken).ConfigureAwait(false);
        foreach (var notification in output.Notifications)
            await TellAsync(notification, cancellationToken).ConfigureAwait(false);

        // Open rollbacks move on before new ones begin, so that what they free or block is known.
        foreach (var record in guards.Rollbacks.Where(r => !r.IsFinal))
            await MoveOnAsync(record, output, cancellationToken).ConfigureAwait(false);
        foreach (var taken in output.Decisions)
            await ConcludeAsync(state, taken, cancellationToken).ConfigureAwait(false);

        var after = await GuardReader.ReadAsync(journal, Now, cancellationToken).ConfigureAwait(false);
        return StatusWriter.WithOutcome(output.Status, state, after);
    }

    private async Task MoveOnAsync(RollbackRecord record, EngineOutput output, CancellationToken cancellationToken)
    {
        if (record.State == RollbackState.AwaitingApproval && desk.Peek(record.Id) is { } answer)
        {
            // An approval whose episode is still open has just been decided anew and is handled with its decision.
            if (answer.IsApproval && output.Decisions.Any(d => d.Decision.Suspect is { } s && RollbackId.Of(s.Id) == record.Id))
                return;

            desk.Take(record.Id);
            var why = answer.IsApproval ? $"{HoldReason.Recovered}: the episode ended before the approval by {answer.By}" : $"rejected by {answer.By}: {answer.Reason}";
            await driver.DriveAsync(record, new RollbackEvent.Withdrawn(Now, why), cancellationToken).ConfigureAwait(false);
            return;
        }

        // What was proposed and not executed at once rests on a decision that is no longer fresh.
        if (record.State == RollbackState.Proposed)
        {
            await driver.DriveAsync(record, new RollbackEvent.Withdrawn(Now, "it was not begun in the evaluation that decided it"), cancellationToken).ConfigureAwait(false);
            return;
        }

        var ticked = await driver.DriveAsync(record, new RollbackEvent.Ticked(Now), cancellationToken).ConfigureAwait(false);
        if (ticked.Record is { State: RollbackState.Verifying } verifying && output.Verifications.TryGetValue(verifying.Id, out var verification))
        {
            evidence.Keep(verifying.EvidenceId, verification);
            await driver.DriveAsync(verifying, new RollbackEvent.Verified(Now, verification), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ConcludeAsync(EngineState state, DecisionTaken taken, CancellationToken cancellationToken)
    {
        var (input, decision) = (taken.Input, taken.Decision);
        if (await TryJoinAsync(state, taken, cancellationToken).ConfigureAwait(false))
            return;

        if (decision.Kind is DecisionKind.RollBack or DecisionKind.AwaitApproval)
        {
            input = await PlanAsync(input, decision, cancellationToken).ConfigureAwait(false);
            decision = RollbackDecider.Decide(input);
        }

        var (document, isNew) = await reporter.ReportAsync(input, decision, taken.Previous, cancellationToken).ConfigureAwait(false);
        state.Conclude(input.Key, input.Episode.Deployment ?? default, decision, isNew ? document.Id : null);
        if (decision.Kind is DecisionKind.RollBack or DecisionKind.AwaitApproval)
            await OpenAsync(state, input, decision, document, cancellationToken).ConfigureAwait(false);
        else if (decision.Suspect is { } suspect && desk.Take(RollbackId.Of(suspect.Id)) is { IsApproval: true } answer)
            await WithdrawAsync(RollbackId.Of(suspect.Id), input, $"approved by {answer.By}, but decided anew: {decision.Headline}", cancellationToken).ConfigureAwait(false);
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
        var guards = await GuardReader.ReadAsync(journal, Now, cancellationToken).ConfigureAwait(false);
        return input with { Plan = plan, Guards = guards };
    }

    private async Task OpenAsync(
        EngineState state, DecisionInput input, RollbackDecision decision, RollbackEvidence document, CancellationToken cancellationToken)
    {
        var id = RollbackId.Of(decision.Suspect!.Id);
        var known = input.Guards.Rollbacks.FirstOrDefault(r => r.Id == id);
        RollbackEvent happened = known is { IsFinal: false } && desk.Take(id) is { IsApproval: true } answer
            ? new RollbackEvent.Approved(Now, answer.By)
            : new RollbackEvent.Proposed(Now, Record(id, input, decision, document));
        var driven = await driver.DriveAsync(known, happened, cancellationToken).ConfigureAwait(false);
        if (driven is { Status: JournalWriteStatus.Written, Record.State: RollbackState.Proposed })
            driven = await driver.DriveAsync(driven.Record, new RollbackEvent.Ticked(Now), cancellationToken).ConfigureAwait(false);
        if (driven.Status == JournalWriteStatus.Written)
            return;

        // Nothing was done: the decision is taken anew at the next evaluation, with what the journal says then.
        var held = decision with
        {
            Kind = DecisionKind.Hold,
            Holds = [driven.Status == JournalWriteStatus.Paused ? HoldReason.Paused : HoldReason.Unknown],
            Unknown = driven.Status == JournalWriteStatus.Paused ? SloRollback.Policies.UnknownReason.None : SloRollback.Policies.UnknownReason.JournalUnavailable,
        };
        state.Conclude(input.Key, input.Episode.Deployment ?? default, held, document.Id);
        if (driven.Record is { State: RollbackState.Proposed or RollbackState.AwaitingApproval } open)
            await driver.DriveAsync(open, new RollbackEvent.Withdrawn(Now, $"the journal did not take it: {driven.Status}"), cancellationToken).ConfigureAwait(false);
    }

    // One record per deployment: another rule that blames the same one joins it.
    private async Task<bool> TryJoinAsync(EngineState state, DecisionTaken taken, CancellationToken cancellationToken)
    {
        if (taken.Decision.Suspect is not { } suspect)
            return false;

        var guards = await GuardReader.ReadAsync(journal, Now, cancellationToken).ConfigureAwait(false);
        var open = guards.Rollbacks.FirstOrDefault(r => r.Id == RollbackId.Of(suspect.Id) && !r.IsFinal);
        if (open is null || open.Claims.Any(c => c.Rule == taken.Input.Key) || taken.Decision.Kind == DecisionKind.Recommend)
            return false;

        // A hold for another reason than the open rollback itself is a rule's own answer and is told as such.
        if (taken.Decision.Kind == DecisionKind.Hold && taken.Decision.Holds.Any(h => h is not (HoldReason.AlreadyRolledBack or HoldReason.Cooldown or HoldReason.RateLimited)))
            return false;

        var mode = taken.Decision.Kind == DecisionKind.RollBack ? RollbackMode.Automatic : RollbackMode.Approve;
        RollbackLog.Joined(loggers.CreateLogger("SloRollback.Rollback"), taken.Input.Key, open.Id);
        await driver.DriveAsync(open, new RollbackEvent.Joined(Now, Verifications.Claim(taken.Input), mode), cancellationToken).ConfigureAwait(false);
        state.Conclude(taken.Input.Key, taken.Input.Episode.Deployment ?? default, taken.Decision with { Kind = KindOf(taken.Input.Action.Mode), Holds = [] }, open.EvidenceId);
        return true;
    }

    private async Task WithdrawAsync(RollbackId id, DecisionInput input, string why, CancellationToken cancellationToken)
    {
        if (input.Guards.Rollbacks.FirstOrDefault(r => r.Id == id) is { IsFinal: false } open)
            await driver.DriveAsync(open, new RollbackEvent.Withdrawn(Now, why), cancellationToken).ConfigureAwait(false);
    }

    private static DecisionKind KindOf(RollbackMode mode) =>
        mode == RollbackMode.Automatic ? DecisionKind.RollBack : DecisionKind.AwaitApproval;

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

    private Task TellAsync(EpisodeChange change, CancellationToken cancellationToken)
    {
        var (episode, isOver) = (change.Episode, change.Episode.EndedAt is not null);
        if (isOver)
            EvaluationLog.EpisodeEnded(evaluationLog, episode.Rule, episode.Onset, episode.End);
        else
            EvaluationLog.EpisodeBegan(evaluationLog, episode.Rule, episode.Onset, episode.ErrorsBegan);
        return notifications.SendAsync([episode.Rule], EpisodeNotification.Of(episode), cancellationToken);
    }

    private Task TellAsync(SloRollback.Notifications.Notification notification, CancellationToken cancellationToken)
    {
        if (notification.Kind == SloRollback.Notifications.NotificationKind.Information)
            EvaluationLog.Told(evaluationLog, notification.Text);
        else
            EvaluationLog.CannotSee(evaluationLog, notification.Text);
        return notifications.SendToServiceAsync(notification, options.Value.Services, cancellationToken);
    }
}
