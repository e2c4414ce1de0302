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
/// Acts on what an evaluation yields: tells it, drives the open rollbacks on, has decisions carried through, and answers approvals.
/// Called by one thread.
/// </summary>
internal sealed class RollbackCoordinator(
    GuardReader journal,
    RollbackDriver driver,
    DecisionConcluder concluder,
    EvidenceStore evidence,
    JournalBatch batch,
    NotificationDispatcher notifications,
    SloRollbackMetrics metrics,
    TimeProvider time,
    ILoggerFactory loggers)
{
    private readonly ILogger evaluationLog = loggers.CreateLogger("SloRollback.Evaluation");

    private Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    /// <summary>
    /// Handles everything that an evaluation yielded. What fails with an exception holds up nothing else; a decision that was not
    /// carried through is taken anew at the next evaluation.
    /// </summary>
    /// <param name="state">The engine's state.</param>
    /// <param name="output">What the evaluation yielded.</param>
    /// <param name="guards">What the journal said before it. An approval that came in since waits for the next evaluation.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The status with what became of the rollbacks.</returns>
    public async Task<EngineStatus> HandleAsync(
        EngineState state, EngineOutput output, GuardState guards, CancellationToken cancellationToken)
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
            if (!await IsolateAsync(() => concluder.ConcludeAsync(state, taken, cancellationToken), cancellationToken).ConfigureAwait(false))
                Undo(state, taken);
        }

        foreach (var id in guards.Approved)
            await IsolateAsync(() => WithdrawApprovedAsync(id, output, cancellationToken), cancellationToken).ConfigureAwait(false);

        await batch.FlushAsync().ConfigureAwait(false);
        var after = await journal.ReadAsync(cancellationToken).ConfigureAwait(false);
        return StatusWriter.WithOutcome(output.Status, state, after);
    }

    /// <summary>Leaves what an evaluation yielded undone: its decisions are taken anew at the next.</summary>
    public static void Drop(EngineState state, EngineOutput output)
    {
        foreach (var taken in output.Decisions)
            Undo(state, taken);
    }

    private static void Undo(EngineState state, DecisionTaken taken) => state.Conclude(
        taken.Input.Key, taken.Input.Action.Target, taken.Input.Episode.Deployment ?? default, DecisionConcluder.Undone(taken.Decision, JournalWriteStatus.Failed), evidenceId: null);

    private async Task MoveOnAsync(EngineState state, RollbackRecord record, EngineOutput output, GuardState guards, CancellationToken cancellationToken)
    {
        if (record is { State: RollbackState.AwaitingApproval, Answer: { } answer })
        {
            // An approval is handled with the decision that is taken anew because of it.
            if (answer.IsApproval)
                return;

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
            evidence.Update(verifying.EvidenceId, e => e with { Verification = verification });
            await driver.DriveAsync(verifying, new RollbackEvent.Verified(Now, verification), cancellationToken).ConfigureAwait(false);
        }
    }

    // Why a call that the provider has not taken must not be repeated now.
    private static string? Hold(EngineState state, RollbackRecord record, GuardState guards)
    {
        if (!record.Claims.IsEmpty && record.Claims.All(c => guards.PauseOf(c.Rule) is not null))
            return $"rollbacks are paused ({guards.PauseOf(record.Claims[0].Rule)})";

        if (record.By.Length > 0)
            return null;

        var isBreached = state.Objectives.SelectMany(o => o.Rules).Any(r => r.Judgement.Verdict == Verdict.Breached && record.Claims.Any(c => c.Rule == r.Key));
        return isBreached ? null : "the condition is no longer seen to be breached";
    }

    // An approval that no decision acted on ends the wait, and says why.
    private async Task WithdrawApprovedAsync(RollbackId id, EngineOutput output, CancellationToken cancellationToken)
    {
        var now = await journal.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (now.Rollbacks.FirstOrDefault(r => r.Id == id) is not { State: RollbackState.AwaitingApproval, Answer: { IsApproval: true } answer } open)
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

    private Task TellAsync(Episode episode)
    {
        if (episode.EndedAt is not null)
            EvaluationLog.EpisodeEnded(evaluationLog, episode.Rule, episode.Onset, episode.End);
        else
            EvaluationLog.EpisodeBegan(evaluationLog, episode.Rule, episode.Onset, episode.ErrorsBegan, episode.Deployment?.ToString() ?? "the look-back began");
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
