using Npgsql;
using SloRollback.PostgreSql.Rollbacks;
using SloRollback.PostgreSql.Tests.Support;
using SloRollback.Rollbacks;

namespace SloRollback.PostgreSql.Tests;

/// <summary>A pause that was committed before the write that enters Executing always wins (SEMANTICS §9.7).</summary>
public sealed class PauseRaceTests(SharedServer server)
{
    [Theory]
    [InlineData("read committed")]
    [InlineData("repeatable read")]
    [InlineData("serializable")]
    public async Task A_write_that_waits_for_a_pause_sees_it(string isolation)
    {
        await using var store = new Store(server.ConnectionString, configure: o => o.ConnectionString += $";Options=-c default_transaction_isolation={isolation.Replace(" ", "\\ ", StringComparison.Ordinal)}");
        Assert.Null((await store.Journal.ReadAsync()).Unavailable);

        // A pause of which all is done but the commit: the write has begun, and looked at the database, before the pause is there.
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        using var pause = PauseStatement.Of(store.Options.Schema, new PauseRequest { IsPause = true, By = "ann", At = Store.Start });
        pause.Connection = connection;
        Assert.Equal(1, await pause.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));

        var write = store.Journal.WriteAsync(Given.Record(1).Version(1, RollbackState.Executing), Given.Rule.ToString());
        var free = store.Journal.WriteAsync(Given.Record(2).Version(1));
        Assert.Equal(JournalWriteStatus.Written, (await free).Status);
        await Wait.UntilAsync(async () => await WaitingAsync(store) == 1, "the write waits for the pause");
        Assert.False(write.IsCompleted);

        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((JournalWriteStatus.Paused, "by ann"), ((await write).Status, (await write).Detail));
        Assert.Equal(Given.Record(2).Id, Assert.Single((await store.Journal.ReadAsync()).Rollbacks).Id);
    }

    [Fact]
    public async Task A_pause_waits_for_a_write_that_came_before()
    {
        await using var store = new Store(server.ConnectionString);
        await store.Journal.ReadAsync();

        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        var request = new JournalWriteRequest { Record = Given.Record(1).Version(1, RollbackState.Executing), UnlessPaused = [Given.Rule.ToString()] };
        using var write = WriteStatement.Of(store.Options.Schema, request);
        write.Connection = connection;
        Assert.Equal(1L, await write.ExecuteScalarAsync(TestContext.Current.CancellationToken));

        var pause = store.Journal.PauseAsync(isPause: true);
        await Wait.UntilAsync(async () => await WaitingAsync(store) == 1, "the pause waits for the write");
        Assert.False(pause.IsCompleted);
        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(JournalWriteStatus.Written, (await pause).Status);
        Assert.Equal(JournalWriteStatus.Paused, (await store.Journal.WriteAsync(Given.Record(2).Version(1), Given.Rule.ToString())).Status);
    }

    [Fact]
    public async Task No_write_that_begins_after_a_pause_was_answered_is_taken()
    {
        await using var store = new Store(server.ConnectionString);
        await using var other = store.Another();
        for (var round = 0; round < 40; round++)
        {
            await store.Journal.PauseAsync(isPause: false);
            var pausedAt = long.MaxValue;
            var clock = 0L;
            var pausing = Task.Run(async () =>
            {
                Assert.Equal(JournalWriteStatus.Written, (await other.Journal.PauseAsync(isPause: true)).Status);
                Volatile.Write(ref pausedAt, Interlocked.Increment(ref clock));
            }, TestContext.Current.CancellationToken);
            var writes = await Task.WhenAll(Enumerable.Range(0, 12).Select(async n =>
            {
                await Task.Yield();
                var begun = Interlocked.Increment(ref clock);
                var result = await store.Journal.WriteAsync(Given.Record((1000 * round) + n).Version(1, RollbackState.Executing), Given.Rule.ToString());
                return (begun, result.Status);
            }));
            await pausing;
            Assert.All(writes, w => Assert.True(w.Status is JournalWriteStatus.Paused || (w.Status is JournalWriteStatus.Written && w.begun < pausedAt), $"{w}"));
            Assert.Equal(JournalWriteStatus.Paused, (await store.Journal.WriteAsync(Given.Record(1_000_000 + round).Version(1), Given.Rule.ToString())).Status);
        }
    }

    [Fact]
    public async Task Pauses_at_the_same_time_add_up()
    {
        await using var store = new Store(server.ConnectionString);
        await using var other = store.Another();
        await store.Journal.ReadAsync();
        var scopes = Enumerable.Range(0, 30).Select(n => $"s{n:00}/live").ToList();
        var results = await Task.WhenAll(scopes.Select((s, i) => (i % 2 == 0 ? store : other).Journal.PauseAsync(isPause: true, s)));
        Assert.All(results, r => Assert.Equal(JournalWriteStatus.Written, r.Status));
        Assert.Equal(scopes, (await store.Journal.ReadAsync()).Pauses.Select(p => p.Scope));
        await Task.WhenAll(scopes.Skip(5).Select((s, i) => (i % 2 == 0 ? store : other).Journal.PauseAsync(isPause: false, s)));
        Assert.Equal(scopes.Take(5), (await store.Journal.ReadAsync()).Pauses.Select(p => p.Scope));
    }

    // Locks of the guard's row are waited for as those of its holder's transaction.
    private static async Task<long> WaitingAsync(Store store) => (long)(await store.SqlAsync(
        $"select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%{store.Options.Schema}%guard%' and pid <> pg_backend_pid()"))!;
}
