using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NodaTime;
using SloRollback.Hosting.Notifications;
using SloRollback.Hosting.Telemetry;
using SloRollback.Notifications;
using SloRollback.Rollbacks;
using SloRollback.Services;

namespace SloRollback.Hosting.Rollbacks;

/// <summary>
/// Interprets the effects of the rollback machine, one at a time and in order. A write that fails ends them. At shutdown a write and a
/// call to roll back that have begun are finished, the call within its time limit; what comes after resumes elsewhere.
/// </summary>
internal sealed class RollbackDriver(
    IOptions<SloRollbackOptions> options,
    JournalBatch journal,
    ProviderGateway providers,
    EvidenceStore evidence,
    NotificationDispatcher notifications,
    SloRollbackMetrics metrics,
    TimeProvider time,
    ILoggerFactory loggers)
{
    private readonly ILogger logger = loggers.CreateLogger("SloRollback.Rollback");
    private readonly HashSet<(RollbackId Id, RollbackState State)> failedWrites = [];

    private Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    /// <summary>Feeds an event to a rollback and carries out what follows from it.</summary>
    /// <returns>The record as the journal has it now; <see langword="null"/> when it has none.</returns>
    /// <param name="current">The record as it was read; <see langword="null"/> when there is none.</param>
    /// <param name="happened">The event.</param>
    /// <param name="cancellationToken">Stops it between two effects.</param>
    /// <param name="hold">Why the provider must not be called again; <see langword="null"/> when it may be.</param>
    /// <param name="guards">What the decision looked at, where it may lead to executing; <see langword="null"/> when nothing was decided.</param>
    public async Task<DriveResult> DriveAsync(
        RollbackRecord? current, RollbackEvent happened, CancellationToken cancellationToken, string? hold = null, GuardState? guards = null)
    {
        // A journal that cannot be read now would not be written either.
        if (current is { IsFinal: false } && !await evidence.OpenAsync(current, cancellationToken).ConfigureAwait(false))
            return new DriveResult(current, JournalWriteStatus.Failed);

        RollbackEvent? next = happened;
        while (next is not null)
        {
            var transition = RollbackMachine.Next(current, next, options.Value.Settings);
            next = null;
            foreach (var effect in transition.Effects)
            {
                switch (effect)
                {
                    case RollbackEffect.WriteJournal write:
                        var texts = transition.Effects.OfType<RollbackEffect.Notify>().Select(n => n.Text);
                        var status = await WriteAsync(current, write.Record, texts, guards).ConfigureAwait(false);
                        if (status != JournalWriteStatus.Written)
                            return new DriveResult(current, status);
                        current = write.Record;
                        break;
                    case RollbackEffect.CallRollBack:
                        cancellationToken.ThrowIfCancellationRequested();
                        next = await RollBackAsync(current!).ConfigureAwait(false);
                        break;
                    case RollbackEffect.AskProgress:
                        next = await AskAsync(current!, hold, cancellationToken).ConfigureAwait(false);
                        break;
                    case RollbackEffect.Notify notify:
                        Tell(current!, notify.Text);
                        break;
                }
            }
        }

        return new DriveResult(current, JournalWriteStatus.Written);
    }

    // What people are to be told of the state, its evidence and its line of the audit log are on record together with it.
    private async Task<JournalWriteStatus> WriteAsync(RollbackRecord? before, RollbackRecord record, IEnumerable<string> texts, GuardState? guards)
    {
        var isEntering = record.State == RollbackState.Executing && before?.State != RollbackState.Executing;
        var rules = isEntering ? record.Claims.Select(c => c.Rule.ToString()) : [];
        var document = evidence.With(record);
        var result = await journal.WriteAsync(new JournalWriteRequest
        {
            Record = record,
            UnlessPaused = [.. rules],
            Executions = isEntering ? guards?.Executions ?? throw new InvalidOperationException($"{record.Id} is to execute and nobody decided it") : null,
            Evidence = document is null ? [] : [EvidenceStore.Stored(document)],
            Entries = [Entry(record)],
            Outbox = [.. texts.SelectMany(text => notifications.Address(Rules(record), Notification(record, text)))],
        }).ConfigureAwait(false);
        if (result.Status != JournalWriteStatus.Written)
        {
            // An open rollback is tried again at every step; what was told is told once.
            if (failedWrites.Add((record.Id, record.State)))
                RollbackLog.NotJournaled(logger, record.Id, record.State, result.Status, result.Detail);
            return result.Status;
        }

        failedWrites.Remove((record.Id, record.State));
        if (before?.State != record.State) metrics.Moved(record);
        if (document is not null) evidence.Written(document, record);
        return result.Status;
    }

    private async Task<RollbackEvent> RollBackAsync(RollbackRecord record)
    {
        var result = await providers.RollBackAsync(Request(record), CancellationToken.None).ConfigureAwait(false);
        Note(record, "rollBack", result.Status.ToString(), result.Detail);
        return new RollbackEvent.Answered(Now, result);
    }

    private async Task<RollbackEvent> AskAsync(RollbackRecord record, string? hold, CancellationToken cancellationToken)
    {
        var progress = await providers.GetProgressAsync(Request(record), cancellationToken).ConfigureAwait(false);
        Note(record, "progress", progress.Status.ToString(), progress.Detail);
        return new RollbackEvent.Progressed(Now, progress, hold);
    }

    private static RollbackRequest Request(RollbackRecord record) => new()
    {
        Id = record.Id,
        Target = record.Target,
        From = record.Running,
        To = record.To,
        WorkloadIdentity = record.WorkloadIdentity,
        Reason = $"SloRollback {record.Id}: {string.Join(", ", record.Claims.Select(c => c.Rule.ToString()))}; evidence {record.EvidenceId}",
    };

    // Only what differs from the answer before is worth keeping: progress is asked at every step.
    private void Note(RollbackRecord record, string call, string status, string detail) => evidence.Update(
        record.EvidenceId,
        e => e.ProviderResponses is [.., var last] && last.Call == call && last.Status == status && last.Detail == detail
            ? e
            : e with { ProviderResponses = e.ProviderResponses.Add(new ProviderResponse { At = Now, Call = call, Status = status, Detail = detail }) });

    private void Tell(RollbackRecord record, string text)
    {
        var notification = Notification(record, text);
        if (record.State is RollbackState.NoEffect or RollbackState.Unverified or RollbackState.Failed or RollbackState.RevertedByOther or RollbackState.Abandoned)
            RollbackLog.Unsuccessful(logger, notification.Text);
        else
            RollbackLog.Moved(logger, notification.Text);

        notifications.Send(Rules(record), notification);
    }

    private static IEnumerable<RuleKey> Rules(RollbackRecord record) => record.Claims.Select(c => c.Rule);

    private static ServiceId Service(RollbackRecord record) => record.Claims.IsEmpty ? new ServiceId("", "") : record.Claims[0].Rule.Objective.Service;

    private Notification Notification(RollbackRecord record, string text) => new()
    {
        Key = $"{record.Id}|{record.Version}",
        Kind = NotificationKind.Rollback,
        Service = Service(record),
        At = Now,
        Text = $"{Service(record)}: {text}",
        EvidenceId = record.EvidenceId,
    };

    private JournalEntry Entry(RollbackRecord record) => new()
    {
        At = Now,
        Kind = JournalEntryKind.Rollback,
        Service = Service(record).ToString(),
        Subject = record.Id.Value,
        Text = $"{record.From} → {record.To}: {record.State}{(record.Detail.Length == 0 ? "" : $", {record.Detail}")}",
        EvidenceId = record.EvidenceId,
    };
}

/// <summary>The record as the journal has it, and how the last write went.</summary>
internal sealed record DriveResult(RollbackRecord? Record, JournalWriteStatus Status);
