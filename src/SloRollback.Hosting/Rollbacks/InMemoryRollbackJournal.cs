using NodaTime;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Rollbacks;

/// <summary>A journal that lives as long as the process. Thread-safe.</summary>
internal sealed class InMemoryRollbackJournal(TimeProvider time) : IRollbackJournal
{
    private readonly Instant began = Instant.FromDateTimeOffset(time.GetUtcNow());
    private readonly Lock gate = new();
    private readonly Dictionary<RollbackId, RollbackRecord> records = [];
    private readonly SortedDictionary<string, Pause> pauses = new(StringComparer.Ordinal);
    private Instant? resumedAt;

    public bool IsDurable => false;

    public Task<JournalWriteResult> WriteAsync(JournalWriteRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            var stored = records.TryGetValue(request.Record.Id, out var record) ? record.Version : 0;
            if (stored != request.Record.Version - 1)
                return Answer(JournalWriteStatus.Conflict, $"version {stored} is stored, version {request.Record.Version} was to follow");
            if (request.PausedBy(pauses.Values) is { } pause)
                return Answer(JournalWriteStatus.Paused, pause.ToString());

            records[request.Record.Id] = request.Record;
            return Answer(JournalWriteStatus.Written);
        }
    }

    public Task<GuardState> ReadAsync(JournalReadRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            foreach (var old in records.Values.Where(r => r.IsFinal && r.ProposedAt < request.Since).ToList())
                records.Remove(old.Id);

            return Task.FromResult(new GuardState
            {
                Began = began,
                Pauses = [.. pauses.Values],
                ResumedAt = resumedAt,
                Rollbacks = [.. records.Values.OrderBy(r => r.ProposedAt).ThenBy(r => r.Id.Value, StringComparer.Ordinal)],
            });
        }
    }

    public Task<JournalWriteResult> SetPauseAsync(PauseRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            if (request.IsPause)
                pauses[request.Scope] = new Pause { Scope = request.Scope, By = request.By, Reason = request.Reason, At = request.At };
            else
                pauses.Remove(request.Scope);
            if (request is { IsPause: false, Scope: "" })
                resumedAt = request.At;
            return Answer(JournalWriteStatus.Written);
        }
    }

    private static Task<JournalWriteResult> Answer(JournalWriteStatus status, string detail = "") =>
        Task.FromResult(new JournalWriteResult { Status = status, Detail = detail });
}
