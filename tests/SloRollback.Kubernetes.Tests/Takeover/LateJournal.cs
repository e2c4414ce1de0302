using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Takeover;

/// <summary>An empty journal that begins when it is asked for the first time.</summary>
internal sealed class LateJournal(Func<IRollbackJournal> begin) : IRollbackJournal
{
    private readonly Lazy<IRollbackJournal> inner = new(begin);

    public bool IsDurable => false;

    /// <summary>Puts one in the place of the journal that is registered, which it uses.</summary>
    public static void Replace(IServiceCollection services)
    {
        var registered = services.Last(s => s.ServiceType == typeof(IRollbackJournal)).ImplementationType!;
        services.AddSingleton<IRollbackJournal>(provider => new LateJournal(() => (IRollbackJournal)ActivatorUtilities.CreateInstance(provider, registered)));
    }

    public Task<JournalWriteResult> WriteAsync(JournalWriteRequest request, CancellationToken cancellationToken) => inner.Value.WriteAsync(request, cancellationToken);

    public Task<GuardState> ReadAsync(JournalReadRequest request, CancellationToken cancellationToken) => inner.Value.ReadAsync(request, cancellationToken);

    public Task<JournalWriteResult> SetPauseAsync(PauseRequest request, CancellationToken cancellationToken) => inner.Value.SetPauseAsync(request, cancellationToken);

    public Task<JournalAnswer<ImmutableArray<JournalEntry>>> ListAsync(JournalListRequest request, CancellationToken cancellationToken) => inner.Value.ListAsync(request, cancellationToken);

    public Task<JournalAnswer<EvidenceDocument>> ReadEvidenceAsync(string id, CancellationToken cancellationToken) => inner.Value.ReadEvidenceAsync(id, cancellationToken);

    public Task<JournalAnswer<ImmutableArray<OutboxMessage>>> ReadOutboxAsync(CancellationToken cancellationToken) => inner.Value.ReadOutboxAsync(cancellationToken);
}
