using System.Collections.Immutable;
using SloRollback.Rollbacks;
using SloRollback.Simulation.Tests.World;

namespace SloRollback.Simulation.Tests.Engine;

/// <summary>A process's connection to the journal.</summary>
internal sealed class JournalClient(Universe universe, Process process, JournalServer server) : IRollbackJournal
{
    private const string Name = "journal";

    public bool IsDurable => true;

    public Task<JournalWriteResult> WriteAsync(JournalWriteRequest request, CancellationToken cancellationToken) => CallAsync(
        request.Record is { } r ? $"write {r.Id} {r.Version} {r.State}" : "write", () => server.Write(request));

    public Task<GuardState> ReadAsync(JournalReadRequest request, CancellationToken cancellationToken) => CallAsync("read", () => server.Read(request));

    public Task<JournalWriteResult> SetPauseAsync(PauseRequest request, CancellationToken cancellationToken) => CallAsync(
        $"{(request.IsPause ? "pause" : "resume")} {request.Scope}", () => server.SetPause(request));

    public Task<JournalAnswer<ImmutableArray<JournalEntry>>> ListAsync(JournalListRequest request, CancellationToken cancellationToken) =>
        CallAsync("list", () => server.List(request));

    public Task<JournalAnswer<EvidenceDocument>> ReadEvidenceAsync(string id, CancellationToken cancellationToken) =>
        CallAsync("read evidence", () => server.ReadEvidence(id));

    public Task<JournalAnswer<ImmutableArray<OutboxMessage>>> ReadOutboxAsync(CancellationToken cancellationToken) =>
        CallAsync("read outbox", server.ReadOutbox);

    private Task<T> CallAsync<T>(string what, Func<T> effect) => universe.Network.CallAsync(process, Name, what, effect);
}
