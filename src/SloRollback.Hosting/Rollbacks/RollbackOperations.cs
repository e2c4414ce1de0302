using NodaTime;
using SloRollback.Hosting.Evaluation;
using SloRollback.Hosting.Leases;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Rollbacks;

/// <summary>What people may do. Answers to approvals take effect at the next evaluation, which takes the decision anew.</summary>
internal sealed class RollbackOperations(IRollbackJournal journal, GuardReader guardReader, ApprovalDesk desk, Leadership leadership, TimeProvider time) : IRollbackOperations
{
    private Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    public Task<OperationResult> ApproveAsync(RollbackId id, string by, CancellationToken cancellationToken) =>
        AnswerAsync(id, new ApprovalDesk.Answer(true, by, ""), "approved; it is decided anew at the next evaluation", cancellationToken);

    public Task<OperationResult> RejectAsync(RollbackId id, string by, string reason, CancellationToken cancellationToken) =>
        AnswerAsync(id, new ApprovalDesk.Answer(false, by, reason), "rejected; it is abandoned at the next evaluation", cancellationToken);

    public Task<OperationResult> PauseAsync(string by, string reason, CancellationToken cancellationToken) =>
        SetPauseAsync(new PauseRequest { Pause = true, By = by, Reason = reason, At = Now }, "paused", cancellationToken);

    public Task<OperationResult> ResumeAsync(string by, CancellationToken cancellationToken) =>
        SetPauseAsync(new PauseRequest { By = by, At = Now }, "resumed", cancellationToken);

    private async Task<OperationResult> AnswerAsync(RollbackId id, ApprovalDesk.Answer answer, string done, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(answer.By);

        // The one who leads takes the decision, and hears of no answer that is given here.
        if (!leadership.IsHeld)
            return new OperationResult(false, $"this replica stands by: {leadership.Standby}");

        var guards = await guardReader.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (guards.Unavailable is { } unavailable)
            return new OperationResult(false, $"the journal is unavailable: {unavailable}");

        var record = guards.Rollbacks.FirstOrDefault(r => r.Id == id);
        if (record is not { State: RollbackState.AwaitingApproval })
            return new OperationResult(false, record is null ? $"{id} is not on record" : $"{id} is {record.State}, not {RollbackState.AwaitingApproval}");

        desk.Put(id, answer);
        return new OperationResult(true, done);
    }

    private async Task<OperationResult> SetPauseAsync(PauseRequest request, string done, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(request.By);
        var result = await journal.SetPauseAsync(request, cancellationToken).ConfigureAwait(false);
        return result.Status == JournalWriteStatus.Written ? new OperationResult(true, done) : new OperationResult(false, result.Detail);
    }
}
