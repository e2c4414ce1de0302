using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Options;
using NodaTime;
using SloRollback.Hosting.Evaluation;
using SloRollback.Hosting.Leases;
using SloRollback.Rollbacks;
using SloRollback.Services;

namespace SloRollback.Hosting.Rollbacks;

/// <summary>
/// What people may do, all of it written to the journal: where that is shared, any process may be asked. Answers to approvals take
/// effect at the next evaluation, which takes the decision anew.
/// </summary>
internal sealed class RollbackOperations(
    IOptions<SloRollbackOptions> options, IRollbackJournal journal, JournalWriter writer, GuardReader guardReader, Leadership leadership, ManualRollbackQueue manual, TimeProvider time) : IRollbackOperations
{
    // The engine writes each rollback once a step at most: whoever loses this often is not told the truth.
    private const int Tries = 5;
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    private Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    public Task<OperationResult> ApproveAsync(RollbackId id, string by, CancellationToken cancellationToken) =>
        AnswerAsync(id, new RollbackAnswer { IsApproval = true, By = by, At = Now }, "approved; it is decided anew at the next evaluation", cancellationToken);

    public Task<OperationResult> RejectAsync(RollbackId id, string by, string reason, CancellationToken cancellationToken) =>
        AnswerAsync(id, new RollbackAnswer { By = by, Reason = reason, At = Now }, "rejected; it is abandoned at the next evaluation", cancellationToken);

    public Task<OperationResult> PauseAsync(string scope, string by, string reason, CancellationToken cancellationToken) =>
        SetPauseAsync(new PauseRequest { IsPause = true, Scope = scope, By = by, Reason = reason, At = Now }, cancellationToken);

    public Task<OperationResult> ResumeAsync(string scope, string by, CancellationToken cancellationToken) =>
        SetPauseAsync(new PauseRequest { Scope = scope, By = by, At = Now }, cancellationToken);

    public async Task<OperationResult> RollBackAsync(ManualRollbackRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrWhiteSpace(request.By);
        ArgumentException.ThrowIfNullOrWhiteSpace(request.Reason);
        cancellationToken.ThrowIfCancellationRequested();
        if (options.Value.Services.All(s => s.Id != request.Service))
            return new OperationResult(false, $"no service is named {request.Service}; services: {string.Join(", ", options.Value.Services.Select(s => s.Id.ToString()).Order(StringComparer.Ordinal))}");
        if (request.Overrides.Except(ManualRollbackDecider.Overridable).ToList() is { Count: > 0 } others)
            return new OperationResult(false, $"{string.Join(", ", others)} cannot be overruled; {string.Join(", ", ManualRollbackDecider.Overridable)} can");

        // The one who leads drives all rollbacks.
        return leadership.IsHeld
            ? await manual.AskAsync(request, cancellationToken).ConfigureAwait(false)
            : new OperationResult(false, $"this replica stands by: {leadership.Standby}");
    }

    public async Task<JournalAnswer<ImmutableArray<JournalEntry>>> ListAsync(JournalListRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return await TryReadAsync(token => journal.ListAsync(request, token), cancellationToken).ConfigureAwait(false);
    }

    public async Task<JournalAnswer<RollbackEvidence>> ShowAsync(string evidenceId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(evidenceId);
        var answer = await TryReadAsync(token => journal.ReadEvidenceAsync(evidenceId, token), cancellationToken).ConfigureAwait(false);
        try
        {
            return new JournalAnswer<RollbackEvidence>
            {
                Value = answer.Value is { } document ? RollbackEvidence.Parse(document.Json) : null,
                Unavailable = answer.Unavailable,
            };
        }
        catch (JsonException e)
        {
            return new JournalAnswer<RollbackEvidence> { Unavailable = $"{evidenceId} is damaged: {e.Message}" };
        }
    }

    private async Task<JournalAnswer<T>> TryReadAsync<T>(Func<CancellationToken, Task<JournalAnswer<T>>> read, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = new Deadline(ReadTimeout, time, cancellationToken);
            return await read(limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new JournalAnswer<T> { Unavailable = $"no answer within {ReadTimeout.TotalSeconds:0} s" };
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new JournalAnswer<T> { Unavailable = $"{e.GetType().Name}: {e.Message}" };
        }
    }

    private static JournalEntry Entry(RollbackRecord record, RollbackAnswer answer) => new()
    {
        At = answer.At,
        Kind = JournalEntryKind.Answer,
        Service = record.Claims.IsEmpty ? "" : record.Claims[0].Rule.Objective.Service.ToString(),
        Subject = record.Id.Value,
        By = answer.By,
        Text = answer.IsApproval ? "approved" : $"rejected: {answer.Reason}",
        EvidenceId = record.EvidenceId,
    };

    private async Task<OperationResult> AnswerAsync(RollbackId id, RollbackAnswer answer, string done, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(answer.By);

        // The one who leads takes the decision, and hears of no answer that is given to a journal in our memory.
        if (!leadership.IsHeld && !journal.IsDurable)
            return new OperationResult(false, $"this replica stands by: {leadership.Standby}");

        for (var retry = 0; ; retry++)
        {
            var guards = await guardReader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (guards.Unavailable is { } unavailable)
                return new OperationResult(false, $"the journal is unavailable: {unavailable}");

            var record = guards.Rollbacks.FirstOrDefault(r => r.Id == id);
            if (record is not { State: RollbackState.AwaitingApproval })
                return new OperationResult(false, record is null ? $"{id} is not on record" : $"{id} is {record.State}, not {RollbackState.AwaitingApproval}");

            var next = RollbackMachine.Next(record, new RollbackEvent.Told(answer), options.Value.Settings).Record;
            var result = await writer.WriteAsync(new JournalWriteRequest { Record = next, Entries = [Entry(record, answer)] }).ConfigureAwait(false);
            if (result.Status == JournalWriteStatus.Written)
                return new OperationResult(true, done);
            if (result.Status != JournalWriteStatus.Conflict || retry >= Tries)
                return new OperationResult(false, $"the journal did not take it ({result.Status}): {result.Detail}");
        }
    }

    private async Task<OperationResult> SetPauseAsync(PauseRequest request, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(request.By);
        ArgumentNullException.ThrowIfNull(request.Scope);
        if (Problem(request.Scope) is { } problem)
            return new OperationResult(false, problem);
        cancellationToken.ThrowIfCancellationRequested();

        var result = await writer.SetPauseAsync(request).ConfigureAwait(false);
        if (result.Status != JournalWriteStatus.Written)
            return new OperationResult(false, $"the journal did not take it ({result.Status}): {result.Detail}");

        var where = request.Scope.Length == 0 ? "" : $": {request.Scope}";
        return new OperationResult(true, $"{(request.IsPause ? "paused" : "resumed")}{where}");
    }

    // A pause of a name that nothing has would look as if it held.
    private string? Problem(string scope)
    {
        if (scope.Length == 0)
            return null;

        var pause = new Pause { Scope = scope, By = "" };
        var rules =
            from service in options.Value.Services
            from objective in service.Objectives
            from rule in objective.Rules
            select new RuleKey(new ObjectiveKey(service.Id, objective.Id), rule.Id).ToString();
        return rules.Any(pause.Covers)
            ? null
            : $"no service, objective or rule is named {scope}; services: {string.Join(", ", options.Value.Services.Select(s => s.Id.ToString()).Order(StringComparer.Ordinal))}";
    }
}
