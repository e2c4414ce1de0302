using NodaTime;
using SloRollback.Notifications;
using SloRollback.PostgreSql.Rollbacks;
using SloRollback.PostgreSql.Tests.Support;
using SloRollback.Rollbacks;
using SloRollback.Services;

namespace SloRollback.PostgreSql.Tests;

/// <summary>What the journal takes, refuses and gives back.</summary>
public sealed class JournalTests(SharedServer server) : IAsyncLifetime
{
    private Store store = null!;

    private PostgreSqlRollbackJournal Journal => store.Journal;

    public ValueTask InitializeAsync()
    {
        store = new Store(server.ConnectionString);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync() => await store.DisposeAsync();

    [Fact]
    public async Task A_record_is_read_as_it_was_written()
    {
        var record = Given.Record(1).Version(1) with
        {
            Detail = "\0 \uD800 ü \"\n",
            ProposedAt = Store.Start + Duration.FromNanoseconds(123_456_789),
            Answer = new RollbackAnswer { By = "ann", IsApproval = true, At = Store.Start },
        };
        Assert.Equal(JournalWriteStatus.Written, (await Journal.WriteAsync(record)).Status);

        await using var another = store.Another();
        var read = Assert.Single((await another.Journal.ReadAsync()).Rollbacks);
        Assert.Equal(record.ProposedAt, read.ProposedAt);
        Assert.Equal(record.Answer, read.Answer);
        Assert.Equal("\0 \uFFFD ü \"\n", read.Detail);
        Assert.Equal(record.Claims, read.Claims);
        Assert.True(Journal.IsDurable);
    }

    [Fact]
    public async Task Only_the_next_version_is_written()
    {
        var record = Given.Record(1);
        Assert.Equal("version 0 is stored, version 2 was to follow", (await Journal.WriteAsync(record.Version(2))).Detail);
        Assert.Equal(JournalWriteStatus.Written, (await Journal.WriteAsync(record.Version(1))).Status);
        Assert.Equal(JournalWriteStatus.Conflict, (await Journal.WriteAsync(record.Version(1))).Status);
        Assert.Equal(JournalWriteStatus.Written, (await Journal.WriteAsync(record.Version(2, RollbackState.Executing))).Status);
        var conflict = await Journal.WriteAsync(record.Version(2, RollbackState.Abandoned));
        Assert.Equal((JournalWriteStatus.Conflict, "version 2 is stored, version 2 was to follow"), (conflict.Status, conflict.Detail));
        Assert.Equal((2, RollbackState.Executing), Assert.Single((await Journal.ReadAsync()).Rollbacks.Select(r => (r.Version, r.State))));
    }

    [Fact]
    public async Task All_that_belongs_to_a_write_is_written_with_it_or_not_at_all()
    {
        var request = Full(Given.Record(1).Version(1));
        await Journal.WriteAsync(request, TestContext.Current.CancellationToken);
        var entries = (await Journal.ListAsync(new JournalListRequest(), TestContext.Current.CancellationToken)).Value;
        Assert.Equal(["second", "first"], entries.Select(e => e.Text));
        Assert.Equal([2L, 1L], entries.Select(e => e.Sequence));
        Assert.Equal(request.Entries[0], entries[1] with { Sequence = 0 });
        Assert.Equal("later", (await EvidenceAsync("ev-1"))!.Json);
        Assert.Equal(Store.Start + Duration.FromNanoseconds(7), (await EvidenceAsync("ev-1"))!.At);
        Assert.Equal(["n1|log", "n2|log"], await OutboxAsync());

        // The same again: a conflict, of which nothing remains.
        var again = request with { Evidence = [new EvidenceDocument { Id = "ev-1", Json = "never" }], Delivered = ["n1|log"] };
        Assert.Equal(JournalWriteStatus.Conflict, (await Journal.WriteAsync(again, TestContext.Current.CancellationToken)).Status);
        Assert.Equal(2, (await Journal.ListAsync(new JournalListRequest(), TestContext.Current.CancellationToken)).Value.Length);
        Assert.Equal("later", (await EvidenceAsync("ev-1"))!.Json);
        Assert.Equal(["n1|log", "n2|log"], await OutboxAsync());

        // Without a record nothing can conflict.
        var rest = new JournalWriteRequest { Outbox = [Message("n3"), Message("n2"), Message("n4")], Delivered = ["n1|log", "n4|log", "unknown"] };
        Assert.Equal(JournalWriteStatus.Written, (await Journal.WriteAsync(rest, TestContext.Current.CancellationToken)).Status);
        Assert.Equal(["n2|log", "n3|log"], await OutboxAsync());
        Assert.Null(await EvidenceAsync("none"));
    }

    [Fact]
    public async Task The_audit_log_is_listed_newest_first_in_pages_and_by_service_and_subject()
    {
        for (var i = 0; i < 5; i++)
        {
            var entry = new JournalEntry { Text = $"{i}", Service = i % 2 == 0 ? "a/b" : "c/d", Subject = i < 2 ? "s" : "t" };
            await Journal.WriteAsync(new JournalWriteRequest { Entries = [entry] }, TestContext.Current.CancellationToken);
        }

        Assert.Equal(["4", "3"], await ListAsync(new JournalListRequest { Limit = 2 }));
        Assert.Equal(["2", "1", "0"], await ListAsync(new JournalListRequest { Before = 4 }));
        Assert.Equal(["4", "2", "0"], await ListAsync(new JournalListRequest { Service = "a/b" }));
        Assert.Equal(["1"], await ListAsync(new JournalListRequest { Service = "c/d", Subject = "s" }));
        await Journal.PauseAsync(isPause: true, "shop/live/availability");
        var pause = (await Journal.ListAsync(new JournalListRequest { Limit = 1 }, TestContext.Current.CancellationToken)).Value[0];
        Assert.Equal((JournalEntryKind.Paused, "shop/live", "shop/live/availability", "ann", "why not"), (pause.Kind, pause.Service, pause.Subject, pause.By, pause.Text));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("shop/live", true)]
    [InlineData("shop/live/availability", true)]
    [InlineData("shop/live/availability/bad-release", true)]
    [InlineData("shop/live/avail", false)]
    [InlineData("shop/test", false)]
    [InlineData("shop/li_e", false)]
    [InlineData("shop/%", false)]
    public async Task A_pause_refuses_what_it_covers(string scope, bool isRefused)
    {
        await Journal.PauseAsync(isPause: true, scope);
        var result = await Journal.WriteAsync(Given.Record(1).Version(1, RollbackState.Executing), Given.Rule.ToString());
        Assert.Equal(isRefused ? JournalWriteStatus.Paused : JournalWriteStatus.Written, result.Status);
        Assert.Equal(isRefused ? $"{(scope.Length == 0 ? "" : scope + " ")}by ann: why not" : "", result.Detail);

        // It refuses only those that ask, only when it covers all of them, and nobody after it ended.
        Assert.Equal(JournalWriteStatus.Written, (await Journal.WriteAsync(Given.Record(2).Version(1))).Status);
        var both = await Journal.WriteAsync(Given.Record(3).Version(1), Given.Rule.ToString(), "other/live/x/y");
        Assert.Equal(scope.Length == 0 ? JournalWriteStatus.Paused : JournalWriteStatus.Written, both.Status);
        await Journal.PauseAsync(isPause: false, scope);
        Assert.Equal(JournalWriteStatus.Written, (await Journal.WriteAsync(Given.Record(4).Version(1), Given.Rule.ToString())).Status);
    }

    [Fact]
    public async Task Pauses_and_the_resumption_are_read()
    {
        var began = (await Journal.ReadAsync()).Began;
        Assert.Equal(Store.Start, began);
        await Journal.PauseAsync(isPause: true, "b/x");
        await Journal.PauseAsync(isPause: true, "a/x");
        await Journal.PauseAsync(isPause: true, "a/x");
        var state = await Journal.ReadAsync();
        Assert.Equal(["a/x", "b/x"], state.Pauses.Select(p => p.Scope));
        Assert.Equal(new Pause { Scope = "a/x", By = "ann", Reason = "why not", At = Store.Start + Duration.FromNanoseconds(1) }, state.Pauses[0]);
        Assert.Null(state.ResumedAt);

        await Journal.PauseAsync(isPause: false, "a/x");
        Assert.Null((await Journal.ReadAsync()).ResumedAt);
        await Journal.PauseAsync(isPause: false);
        state = await Journal.ReadAsync();
        Assert.Equal(Store.Start + Duration.FromNanoseconds(1), state.ResumedAt);
        Assert.Equal(["b/x"], state.Pauses.Select(p => p.Scope));
        Assert.Equal(began, state.Began);
    }

    [Fact]
    public async Task Read_are_open_rollbacks_and_those_since()
    {
        await Journal.WriteAsync(Given.Record(1).Version(1) with { ProposedAt = Store.Start - Duration.FromDays(90) });
        await Journal.WriteAsync(Given.Record(2).Version(1, RollbackState.Succeeded) with { ProposedAt = Store.Start - Duration.FromDays(31) });
        await Journal.WriteAsync(Given.Record(3).Version(1, RollbackState.Succeeded) with { ProposedAt = Store.Start - Duration.FromDays(31) - Duration.FromNanoseconds(1) });
        await Journal.WriteAsync(Given.Record(4).Version(1, RollbackState.Failed));
        Assert.Equal([1, 2, 4], (await Journal.ReadAsync()).Rollbacks.Select(r => Number(r.Id)));
    }

    [Fact]
    public async Task What_is_finished_goes_after_the_retention()
    {
        store.Options.Retention = TimeSpan.FromDays(40);
        var old = Store.Start - Duration.FromDays(41);
        await Journal.WriteAsync(Full(Given.Record(1).Version(1) with { ProposedAt = old }), TestContext.Current.CancellationToken);
        await Journal.WriteAsync(Given.Record(2).Version(1, RollbackState.Succeeded) with { ProposedAt = old });
        await Journal.WriteAsync(Given.Record(3).Version(1, RollbackState.Succeeded));
        await Journal.WriteAsync(new JournalWriteRequest
        {
            Evidence = [new EvidenceDocument { Id = "old", At = old, Json = "" }],
            Entries = [new JournalEntry { At = old, Text = "old" }],
        }, TestContext.Current.CancellationToken);

        await Journal.ReadAsync();
        Assert.Equal(2L, await store.SqlAsync("select count(*) from $s.rollbacks"));
        Assert.Null(await EvidenceAsync("old"));
        Assert.Equal(["second", "first"], await ListAsync(new JournalListRequest()));

        // Not at every read, and never by the word of a clock that is ahead of the server's.
        await Journal.WriteAsync(Given.Record(4).Version(1, RollbackState.Succeeded) with { ProposedAt = old });
        await Journal.ReadAsync();
        Assert.Equal(3L, await store.SqlAsync("select count(*) from $s.rollbacks"));
        store.Time.Advance(TimeSpan.FromDays(365_000));
        await Journal.WriteAsync(Given.Record(5).Version(1, RollbackState.Succeeded) with { ProposedAt = SystemClockNow() });
        await Journal.ReadAsync();
        Assert.Equal(5, Number(new RollbackId((string)(await store.SqlAsync("select id from $s.rollbacks where is_final and proposed_at > now() - interval '1 day'"))!)));
        Assert.Empty(store.Log.Lines);
    }

    [Fact]
    public async Task A_cancelled_call_is_cancelled()
    {
        await Journal.ReadAsync();
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Journal.ReadAsync(new JournalReadRequest(), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Journal.WriteAsync(new JournalWriteRequest(), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Journal.SetPauseAsync(new PauseRequest { By = "" }, cancelled));
        Assert.Empty((await Journal.ReadAsync()).Pauses);
    }

    [Fact]
    public async Task What_cannot_be_read_makes_the_state_unavailable_with_the_reason()
    {
        await Journal.WriteAsync(Given.Record(1).Version(1));
        await store.SqlAsync("update $s.rollbacks set payload = '{\"state\":\"Dancing\"}'");
        var unavailable = (await Journal.ReadAsync()).Unavailable;
        Assert.Contains($"a record cannot be read: {Given.Record(1).Id}", unavailable, StringComparison.Ordinal);
        await store.SqlAsync("delete from $s.rollbacks");
        Assert.Null((await Journal.ReadAsync()).Unavailable);
    }

    private static Instant SystemClockNow() => Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());

    private static int Number(RollbackId id) => Enumerable.Range(1, 9).Single(n => Given.Record(n).Id == id);

    private static OutboxMessage Message(string key) => new() { Notifier = "log", Notification = new Notification { Key = key, Text = key, Service = new ServiceId("a", "b") } };

    private static JournalWriteRequest Full(RollbackRecord record) => new()
    {
        Record = record,
        Evidence =
        [
            new EvidenceDocument { Id = "ev-2", At = Store.Start, Json = "{}" },
            new EvidenceDocument { Id = "ev-1", At = Store.Start, Json = "sooner" },
            new EvidenceDocument { Id = "ev-1", At = Store.Start + Duration.FromNanoseconds(7), Json = "later" },
        ],
        Entries = [new JournalEntry { At = Store.Start, Kind = JournalEntryKind.Rollback, Text = "first", Service = "a/b", Subject = "s", By = "x", EvidenceId = "e" }, new JournalEntry { At = Store.Start, Text = "second" }],
        Outbox = [Message("n1"), Message("n2"), Message("n1")],
    };

    private async Task<EvidenceDocument?> EvidenceAsync(string id) => (await Journal.ReadEvidenceAsync(id, TestContext.Current.CancellationToken)).Value;

    private async Task<IEnumerable<string>> OutboxAsync() => (await Journal.ReadOutboxAsync(TestContext.Current.CancellationToken)).Value.Select(m => m.Key);

    private async Task<IEnumerable<string>> ListAsync(JournalListRequest request) => (await Journal.ListAsync(request, TestContext.Current.CancellationToken)).Value.Select(e => e.Text);
}
