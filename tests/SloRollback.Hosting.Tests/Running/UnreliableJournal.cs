using System.Collections.Immutable;
using NodaTime;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

internal sealed class UnreliableJournal : IRollbackJournal
{
    private readonly SloRollback.Hosting.Rollbacks.InMemoryRollbackJournal inner = new(new Microsoft.Extensions.Time.Testing.FakeTimeProvider((EngineHost.T0 - Duration.FromDays(1)).ToDateTimeOffset()));
    private int writes;

    public int FailAt { get; set; } = int.MaxValue;

    public bool FailAfter { get; set; }

    public int Executing { get; set; }

    public Func<JournalWriteRequest, int, JournalWriteResult?>? Before { get; set; }

    public bool IsDurable => false;

    public async Task<JournalWriteResult> WriteAsync(JournalWriteRequest request, CancellationToken cancellationToken)
    {
        // Only changes of a rollback are counted: evidence and audit log have writes of their own at times.
        if (request.Record is null) return await inner.WriteAsync(request, cancellationToken);
        var n = ++writes;
        if (Before?.Invoke(request, n) is { } answer) return answer;
        if (n == FailAt && !FailAfter) throw new IOException("disk full");
        var result = await inner.WriteAsync(request, cancellationToken);
        return n == FailAt ? throw new IOException("connection lost after commit") : result;
    }

    public Task<GuardState> ReadAsync(JournalReadRequest request, CancellationToken cancellationToken) => inner.ReadAsync(request, cancellationToken);

    public Task<JournalWriteResult> SetPauseAsync(PauseRequest request, CancellationToken cancellationToken) => inner.SetPauseAsync(request, cancellationToken);

    public Task<JournalAnswer<ImmutableArray<JournalEntry>>> ListAsync(JournalListRequest request, CancellationToken cancellationToken) => inner.ListAsync(request, cancellationToken);

    public Task<JournalAnswer<EvidenceDocument>> ReadEvidenceAsync(string id, CancellationToken cancellationToken) => inner.ReadEvidenceAsync(id, cancellationToken);

    public Task<JournalAnswer<ImmutableArray<OutboxMessage>>> ReadOutboxAsync(CancellationToken cancellationToken) => inner.ReadOutboxAsync(cancellationToken);
}
