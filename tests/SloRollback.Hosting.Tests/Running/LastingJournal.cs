using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Hosting.Rollbacks;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>A journal that outlasts the engines of a test, as a durable one does.</summary>
internal sealed class LastingJournal : IRollbackJournal
{
    private readonly InMemoryRollbackJournal inner = new(new FakeTimeProvider((EngineHost.T0 - Duration.FromDays(1)).ToDateTimeOffset()));

    public bool IsDurable => true;

    /// <summary>The writes that were asked for, in order.</summary>
    public List<JournalWriteRequest> Writes { get; } = [];

    public Task<JournalWriteResult> WriteAsync(JournalWriteRequest request, CancellationToken cancellationToken)
    {
        Writes.Add(request);
        return inner.WriteAsync(request, cancellationToken);
    }

    public Task<GuardState> ReadAsync(JournalReadRequest request, CancellationToken cancellationToken) => inner.ReadAsync(request, cancellationToken);

    public Task<JournalWriteResult> SetPauseAsync(PauseRequest request, CancellationToken cancellationToken) => inner.SetPauseAsync(request, cancellationToken);

    public Task<JournalAnswer<ImmutableArray<JournalEntry>>> ListAsync(JournalListRequest request, CancellationToken cancellationToken) => inner.ListAsync(request, cancellationToken);

    public Task<JournalAnswer<EvidenceDocument>> ReadEvidenceAsync(string id, CancellationToken cancellationToken) => inner.ReadEvidenceAsync(id, cancellationToken);

    public Task<JournalAnswer<ImmutableArray<OutboxMessage>>> ReadOutboxAsync(CancellationToken cancellationToken) => inner.ReadOutboxAsync(cancellationToken);
}
