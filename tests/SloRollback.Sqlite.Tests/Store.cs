using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Rollbacks;
using SloRollback.Services;
using SloRollback.Sqlite.Rollbacks;
using SloRollback.Sqlite.Storage;

namespace SloRollback.Sqlite.Tests;

/// <summary>A journal in a file of its own, and as another process has it.</summary>
internal sealed class Store : IAsyncDisposable
{
    public static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 12, 0);

    private readonly string directory;
    private readonly bool isOwner;
    private readonly WriteQueue queue;

    public Store(Store? of = null, Action<SqliteOptions>? configure = null)
    {
        isOwner = of is null;
        directory = of?.directory ?? Directory.CreateTempSubdirectory("slorollback-sqlite-").FullName;
        var options = new SqliteOptions { Path = Path, BusyTimeout = TimeSpan.FromSeconds(20) };
        configure?.Invoke(options);
        File = new SqliteFile(() => options, Time);
        queue = new WriteQueue(File);
        Journal = new SqliteRollbackJournal(File, queue, Time, NullLoggerFactory.Instance);
    }

    public string Path => System.IO.Path.Combine(directory, "journal.db");

    public FakeTimeProvider Time { get; } = new(Start.ToDateTimeOffset());

    public SqliteFile File { get; }

    public SqliteRollbackJournal Journal { get; }

    public static RollbackRecord Record(int number, RollbackState state = RollbackState.Proposed) => new()
    {
        Id = new RollbackId($"rb-{number:x16}"),
        Version = 1,
        State = state,
        Target = new DeploymentTarget { Provider = "fake", Workload = "checkout" },
        From = new Revision { Id = "sha-2", Name = "v2" },
        To = new Revision { Id = "sha-1", Name = "v1" },
        Claims = [new RollbackClaim { Rule = new RuleKey(new ObjectiveKey(new ServiceId("checkout", "production"), "availability"), "bad-release") }],
        ProposedAt = Start,
    };

    public Task<JournalWriteResult> WriteAsync(RollbackRecord record) =>
        Journal.WriteAsync(new JournalWriteRequest { Record = record }, TestContext.Current.CancellationToken);

    public Task<GuardState> ReadAsync() => Journal.ReadAsync(new JournalReadRequest(), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await queue.DisposeAsync();
        if (isOwner) Directory.Delete(directory, recursive: true);
    }
}
