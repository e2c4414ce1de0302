using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

public sealed class JournalFaultTests
{
    private static readonly Instant Release = EngineHost.T0 + Duration.FromMinutes(10);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Without_a_journal_nothing_is_done_and_afterwards_it_is_decided_anew(int failingWrite)
    {
        var journal = new FailingJournal { FailFrom = failingWrite };
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), more: b => b.Services.AddSingleton<IRollbackJournal>(journal));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(20, until: () => host.Log.Count(4001) > 0 && host.Status.EvaluatedAt > Release + Duration.FromMinutes(9));
        Assert.Empty(host.Platform.Calls);

        journal.FailFrom = int.MaxValue;
        await host.RunAsync(3);
        Assert.Single(host.Platform.Calls);
    }

    [Fact]
    public async Task A_journal_that_cannot_be_read_is_told_once_and_holds()
    {
        var journal = new FailingJournal { FailReading = true };
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), more: b => b.Services.AddSingleton<IRollbackJournal>(journal));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(20, until: () => host.Decision is not null);
        Assert.Equal(HoldReason.Unknown, host.Decision?.Headline);
        Assert.Contains("disk gone", host.Decision!.Text, StringComparison.Ordinal);
        Assert.Equal(1, host.Log.Count(4002));

        journal.FailReading = false;
        await host.RunAsync(2);
        Assert.Single(host.Platform.Calls);
        Assert.Equal(1, host.Log.Count(4003));
    }

    [Fact]
    public async Task A_pause_between_decision_and_write_wins()
    {
        var journal = new FailingJournal { PauseBeforeExecuting = true };
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), more: b => b.Services.AddSingleton<IRollbackJournal>(journal));
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(20);

        Assert.Empty(host.Platform.Calls);
        Assert.Equal(HoldReason.Paused, host.Decision?.Headline);
        Assert.Equal(RollbackState.Abandoned, host.Rollback?.State);
    }

    /// <summary>The journal of the product, with faults in front.</summary>
    private sealed class FailingJournal : IRollbackJournal
    {
        private readonly SloRollback.Hosting.Rollbacks.InMemoryRollbackJournal inner = new(new FakeTimeProvider(EngineHost.T0.ToDateTimeOffset()));
        private int writes;

        public int FailFrom { get; set; } = int.MaxValue;

        public bool PauseBeforeExecuting { get; set; }

        public bool FailReading { get; set; }

        public bool IsDurable => false;

        public async Task<JournalWriteResult> WriteAsync(JournalWriteRequest request, CancellationToken cancellationToken)
        {
            if (request.Record is not null) writes++;
            if (writes >= FailFrom)
                return writes % 2 == 0 ? throw new IOException("disk full") : new JournalWriteResult { Detail = "disk full" };
            if (PauseBeforeExecuting && request.Record?.State == RollbackState.Executing)
                await inner.SetPauseAsync(new PauseRequest { IsPause = true, By = "ada" }, cancellationToken);
            return await inner.WriteAsync(request, cancellationToken);
        }

        public Task<GuardState> ReadAsync(JournalReadRequest request, CancellationToken cancellationToken) =>
            FailReading ? throw new IOException("disk gone") : inner.ReadAsync(request, cancellationToken);

        public Task<JournalWriteResult> SetPauseAsync(PauseRequest request, CancellationToken cancellationToken) => inner.SetPauseAsync(request, cancellationToken);

        public Task<JournalAnswer<ImmutableArray<JournalEntry>>> ListAsync(JournalListRequest request, CancellationToken cancellationToken) => inner.ListAsync(request, cancellationToken);

        public Task<JournalAnswer<EvidenceDocument>> ReadEvidenceAsync(string id, CancellationToken cancellationToken) => inner.ReadEvidenceAsync(id, cancellationToken);

        public Task<JournalAnswer<ImmutableArray<OutboxMessage>>> ReadOutboxAsync(CancellationToken cancellationToken) => inner.ReadOutboxAsync(cancellationToken);
    }
}
