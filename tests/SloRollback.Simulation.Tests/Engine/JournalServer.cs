using System.Collections.Immutable;
using SloRollback.Hosting.Rollbacks;
using SloRollback.Rollbacks;
using SloRollback.Simulation.Tests.World;

namespace SloRollback.Simulation.Tests.Engine;

/// <summary>The journal's server: every call happens at one instant, and the invariants are looked at before a write changes anything.</summary>
internal class JournalServer(Universe universe, Invariants invariants)
{
    // The journal in memory is the store of a durable one here: it answers at once.
    private readonly InMemoryRollbackJournal store = universe.Store;

    public virtual JournalWriteResult Write(JournalWriteRequest request)
    {
        var before = Read(new JournalReadRequest());
        var result = Done(store.WriteAsync(request, CancellationToken.None));
        if (result.Status == JournalWriteStatus.Written)
            invariants.Written(request, before);
        return result;
    }

    public GuardState Read(JournalReadRequest request) => Done(store.ReadAsync(request, CancellationToken.None));

    public JournalWriteResult SetPause(PauseRequest request) => Done(store.SetPauseAsync(request, CancellationToken.None));

    public JournalAnswer<ImmutableArray<JournalEntry>> List(JournalListRequest request) => Done(store.ListAsync(request, CancellationToken.None));

    public JournalAnswer<EvidenceDocument> ReadEvidence(string id) => Done(store.ReadEvidenceAsync(id, CancellationToken.None));

    public JournalAnswer<ImmutableArray<OutboxMessage>> ReadOutbox() => Done(store.ReadOutboxAsync(CancellationToken.None));

    private static T Done<T>(Task<T> task) => task.IsCompletedSuccessfully ? task.Result : throw new InvalidOperationException("the store did not answer at once");
}
