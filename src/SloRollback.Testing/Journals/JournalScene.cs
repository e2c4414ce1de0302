using System.Globalization;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Rollbacks;
using SloRollback.Services;

namespace SloRollback.Testing.Journals;

/// <summary>What a case works with: the journal, and things to put into it.</summary>
internal sealed class JournalScene : IAsyncDisposable
{
    public static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 12, 0);
    public static readonly RuleKey Rule = Key("bad-release");

    private readonly Func<CancellationToken, Task<IRollbackJournal>> open;
    private readonly List<IRollbackJournal> opened = [];

    private JournalScene(Func<CancellationToken, Task<IRollbackJournal>> open, CancellationToken cancellationToken) => (this.open, Cancel) = (open, cancellationToken);

    public IRollbackJournal Journal => opened[0];

    public CancellationToken Cancel { get; }

    public static async Task<JournalScene> OpenAsync(Func<CancellationToken, Task<IRollbackJournal>> open, CancellationToken cancellationToken)
    {
        var scene = new JournalScene(open, cancellationToken);
        scene.opened.Add(await open(cancellationToken).ConfigureAwait(false));
        return scene;
    }

    /// <summary>The journal as another process has it; the same where it is not durable.</summary>
    public async Task<IRollbackJournal> AnotherAsync()
    {
        if (!Journal.IsDurable)
            return Journal;

        var another = await open(Cancel).ConfigureAwait(false);
        Must.Hold(!ReferenceEquals(another, Journal), "the opening");
        opened.Add(another);
        return another;
    }

    public async Task<JournalWriteResult> WriteAsync(RollbackRecord record, params string[] unlessPaused) =>
        await Journal.WriteAsync(new JournalWriteRequest { Record = record, UnlessPaused = [.. unlessPaused] }, Cancel).ConfigureAwait(false);

    public async Task MustWriteAsync(RollbackRecord record) => Must.Be(JournalWriteStatus.Written, (await WriteAsync(record).ConfigureAwait(false)).Status, $"version {record.Version}");

    public Task<JournalWriteResult> PauseAsync(bool isPause, string scope, string by = "ada") =>
        Journal.SetPauseAsync(new PauseRequest { IsPause = isPause, Scope = scope, By = by, Reason = "drill", At = Start }, Cancel);

    public async Task<GuardState> ReadAsync(IRollbackJournal? journal = null, Instant since = default)
    {
        var state = await (journal ?? Journal).ReadAsync(new JournalReadRequest { Since = since }, Cancel).ConfigureAwait(false);
        Must.Be(null, state.Unavailable, "a journal that can be read");
        return state;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var journal in opened)
        {
            if (journal is IAsyncDisposable later)
                await later.DisposeAsync().ConfigureAwait(false);
            else
                (journal as IDisposable)?.Dispose();
        }
    }

    public static RuleKey Key(string rule) => new(new ObjectiveKey(new ServiceId("checkout", "production"), "availability"), rule);

    /// <summary>Version 1 of a rollback; the number tells rollbacks apart.</summary>
    public static RollbackRecord Record(int number, RollbackState state = RollbackState.Proposed)
    {
        var name = number.ToString(CultureInfo.InvariantCulture);
        var target = new DeploymentTarget { Provider = "fake", Workload = "checkout-" + name };
        return new RollbackRecord
        {
            Id = new RollbackId("rb-" + number.ToString("x16", CultureInfo.InvariantCulture)),
            Version = 1,
            State = state,
            Target = target,
            From = new Revision { Id = "sha-2", Name = "v2" },
            To = new Revision { Id = "sha-1", Name = "v1" },
            Claims = [new RollbackClaim { Rule = Rule, MaximumErrorRatio = 0.0144m, MinimumValid = 100 }],
            ProposedAt = Start + Duration.FromMinutes(number),
        };
    }

    /// <summary>The version after it.</summary>
    public static RollbackRecord Next(RollbackRecord record, RollbackState state) => record with { Version = record.Version + 1, State = state };
}
