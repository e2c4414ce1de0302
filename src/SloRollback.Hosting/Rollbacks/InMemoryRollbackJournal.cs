using System.Collections.Immutable;
using NodaTime;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Rollbacks;

/// <summary>
/// A journal that lives as long as the process. Thread-safe. Of evidence and audit log it keeps the newest 1,000: whoever wants more
/// registers a durable one.
/// </summary>
internal sealed class InMemoryRollbackJournal(TimeProvider time) : IRollbackJournal
{
    private const int MaximumEntries = 1000;
    private const int MaximumMessages = 1000;

    private readonly Instant began = Instant.FromDateTimeOffset(time.GetUtcNow());
    private readonly Lock gate = new();
    private readonly Dictionary<RollbackId, RollbackRecord> records = [];
    private readonly SortedDictionary<string, Pause> pauses = new(StringComparer.Ordinal);
    private readonly Queue<JournalEntry> entries = [];
    private readonly NewestEvidence evidence = new(MaximumEntries);
    private readonly List<OutboxMessage> outbox = [];
    private Instant? resumedAt;
    private long executions;
    private long sequence;

    public bool IsDurable => false;

    public Task<JournalWriteResult> WriteAsync(JournalWriteRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            if (request.Record is { } next)
            {
                var stored = records.TryGetValue(next.Id, out var record) ? record.Version : 0;
                if (stored != next.Version - 1)
                    return Answer(JournalWriteStatus.Conflict, $"version {stored} is stored, version {next.Version} was to follow");
                if (request.Executions is { } expected && expected != executions)
                    return Answer(JournalWriteStatus.Conflict, $"{executions} rollbacks have begun, {expected} when it was decided");
                if (request.PausedBy(pauses.Values) is { } pause)
                    return Answer(JournalWriteStatus.Paused, pause.ToString());

                records[next.Id] = next;
                executions += request.Executions is null ? 0 : 1;
            }

            foreach (var document in request.Evidence)
                evidence.Keep(document, replace: document.Id == request.Record?.EvidenceId);
            foreach (var entry in request.Entries)
                Add(entry);
            foreach (var message in request.Outbox.Where(m => outbox.All(o => o.Key != m.Key)))
                outbox.Add(message);
            outbox.RemoveAll(m => request.Delivered.Contains(m.Key));
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
                Executions = executions,
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
            Add(JournalEntry.Of(request));
            return Answer(JournalWriteStatus.Written);
        }
    }

    public Task<JournalAnswer<ImmutableArray<JournalEntry>>> ListAsync(JournalListRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            var lines = entries.Reverse()
                .Where(e => request.Before is not { } before || e.Sequence < before)
                .Where(e => request.Service.Length == 0 || e.Service == request.Service)
                .Where(e => request.Subject.Length == 0 || e.Subject == request.Subject);
            return Task.FromResult(new JournalAnswer<ImmutableArray<JournalEntry>> { Value = [.. lines.Take(request.Limit)] });
        }
    }

    public Task<JournalAnswer<EvidenceDocument>> ReadEvidenceAsync(string id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
            return Task.FromResult(new JournalAnswer<EvidenceDocument> { Value = evidence.Find(id) });
    }

    public Task<JournalAnswer<ImmutableArray<OutboxMessage>>> ReadOutboxAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
            return Task.FromResult(new JournalAnswer<ImmutableArray<OutboxMessage>> { Value = [.. outbox.Take(MaximumMessages)] });
    }

    private void Add(JournalEntry entry)
    {
        if (entries.Count == MaximumEntries)
            entries.Dequeue();
        entries.Enqueue(entry with { Sequence = ++sequence });
    }

    private static Task<JournalWriteResult> Answer(JournalWriteStatus status, string detail = "") =>
        Task.FromResult(new JournalWriteResult { Status = status, Detail = detail });
}
