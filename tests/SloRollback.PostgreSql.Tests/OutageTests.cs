using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using NodaTime;
using Npgsql;
using SloRollback.Leases;
using SloRollback.PostgreSql.Tests.Support;
using SloRollback.Rollbacks;

namespace SloRollback.PostgreSql.Tests;

/// <summary>Servers that go, come back, are full, take no writes or say nothing: values with clear words, and recovery without help.</summary>
public sealed class OutageTests(SharedServer shared)
{
    [Fact]
    public async Task Nothing_is_done_while_the_server_is_gone_and_all_goes_on_when_it_is_back()
    {
        Assert.SkipWhen(PostgreSqlServer.FindBinaries() is null, PostgreSqlServer.SkipReason);
        await using var server = await PostgreSqlServer.StartAsync();
        await using var store = new Store(server.ConnectionString);
        var provider = new CountingProvider();
        var driver = new MachineDriver(store.Journal, provider, "one");
        for (var n = 0; n < 20; n++)
            await driver.ProposeAsync(Given.Record(n));
        for (var n = 0; n < 10; n++)
            await driver.MoveOnAsync(Given.Record(n) with { Version = 1 });
        Assert.Equal(10, provider.Calls.Count);

        await server.StopAsync("immediate");
        driver.Answers.Clear();
        for (var n = 10; n < 30; n++)
            await driver.MoveOnAsync(Given.Record(n) with { Version = 1 });
        Assert.Equal(20, driver.Answers.Count);
        Assert.All(driver.Answers, a => Assert.Equal(JournalWriteStatus.Failed, a.Status));
        Assert.All(driver.Answers, a => Assert.StartsWith($"PostgreSQL 127.0.0.1:{server.Port}/postgres: ", a.Detail, StringComparison.Ordinal));
        Assert.All(driver.Answers, a => Assert.DoesNotContain(PostgreSqlServer.Password, a.Detail, StringComparison.Ordinal));
        Assert.Equal(10, provider.Calls.Count);
        Assert.Contains("refused", (await store.Journal.ReadAsync()).Unavailable, StringComparison.Ordinal);
        Assert.Equal(JournalWriteStatus.Failed, (await store.Journal.PauseAsync(isPause: true)).Status);
        Assert.Contains("refused", (await store.Journal.ListAsync(new JournalListRequest(), TestContext.Current.CancellationToken)).Unavailable, StringComparison.Ordinal);
        Assert.Contains("refused", (await store.Journal.ReadEvidenceAsync("x", TestContext.Current.CancellationToken)).Unavailable, StringComparison.Ordinal);
        Assert.Contains("refused", (await store.Journal.ReadOutboxAsync(TestContext.Current.CancellationToken)).Unavailable, StringComparison.Ordinal);
        var lease = await store.Lease.AcquireAsync(new LeaseRequest("a", Duration.FromSeconds(15)), TestContext.Current.CancellationToken);
        Assert.Equal(LeaseStatus.Unavailable, lease.Status);

        await server.StartAgainAsync();
        var state = await store.Journal.ReadAsync();
        Assert.Null(state.Unavailable);
        Assert.Equal(20, state.Rollbacks.Length);
        Assert.Equal(10, state.Rollbacks.Count(r => r.State == RollbackState.Succeeded));
        foreach (var record in state.Rollbacks.Where(r => !r.IsFinal))
            await driver.MoveOnAsync(record);
        Assert.All((await store.Journal.ReadAsync()).Rollbacks, r => Assert.Equal(RollbackState.Succeeded, r.State));
        Assert.Equal(20, provider.Calls.Count);
        Assert.All(provider.Calls.Values, calls => Assert.Equal(1, calls));
    }

    [Fact]
    public async Task What_was_answered_as_written_is_there_after_the_server_was_killed_under_load()
    {
        Assert.SkipWhen(PostgreSqlServer.FindBinaries() is null, PostgreSqlServer.SkipReason);
        await using var server = await PostgreSqlServer.StartAsync();
        await using var store = new Store(server.ConnectionString);
        await store.Journal.ReadAsync();

        // Each writer goes on until its server is gone.
        var written = new int[8];
        var underWay = new TaskCompletionSource();
        var writers = Enumerable.Range(0, written.Length).Select(n => Task.Run(async () =>
        {
            while (true)
            {
                var answer = await store.Journal.WriteAsync(Given.Record(n).Version(written[n] + 1));
                if (answer.Status == JournalWriteStatus.Failed)
                    return;
                Assert.Equal(JournalWriteStatus.Written, answer.Status);
                if (++written[n] == 20)
                    underWay.TrySetResult();
            }
        })).ToList();
        await underWay.Task;
        await server.StopAsync("immediate");
        await Task.WhenAll(writers);

        await server.StartAgainAsync();
        var records = (await store.Journal.ReadAsync()).Rollbacks.ToDictionary(r => r.Id);
        for (var n = 0; n < written.Length; n++)
        {
            // One more when the answer was lost.
            Assert.InRange(records[Given.Record(n).Id].Version, written[n], written[n] + 1);
            Assert.Equal(JournalWriteStatus.Written, (await store.Journal.WriteAsync(Given.Record(n).Version(records[Given.Record(n).Id].Version + 1))).Status);
        }
    }

    [Fact]
    public async Task A_server_without_connections_to_spare_says_so_and_recovers()
    {
        Assert.SkipWhen(PostgreSqlServer.FindBinaries() is null, PostgreSqlServer.SkipReason);
        await using var server = await PostgreSqlServer.StartAsync("max_connections=6", "superuser_reserved_connections=0", "max_wal_senders=0");
        await using var store = new Store(server.ConnectionString);
        var others = new List<NpgsqlConnection>();
        for (var n = 0; n < 6; n++)
        {
            others.Add(new NpgsqlConnection(server.ConnectionString + ";Pooling=false"));
            await others[n].OpenAsync(TestContext.Current.CancellationToken);
        }

        Assert.Contains("it has no connection to spare (53300: ", (await store.Journal.ReadAsync()).Unavailable, StringComparison.Ordinal);
        Assert.Contains("it has no connection to spare (53300: ", (await store.Journal.WriteAsync(Given.Record(1).Version(1))).Detail, StringComparison.Ordinal);
        foreach (var other in others)
            await other.DisposeAsync();
        await Wait.UntilAsync(async () => (await store.Journal.ReadAsync()).Unavailable is null, "the server has noticed that the others are gone");
        Assert.Equal(JournalWriteStatus.Written, (await store.Journal.WriteAsync(Given.Record(1).Version(1))).Status);
    }

    [Fact]
    public async Task A_pool_that_is_exhausted_says_so_and_recovers()
    {
        await using var store = new Store(shared.ConnectionString + ";Maximum Pool Size=1", configure: o => o.CommandTimeout = TimeSpan.FromSeconds(1));
        await store.Journal.ReadAsync();
        var (taken, free) = (new TaskCompletionSource(), new TaskCompletionSource());
        var busy = store.Database.CallAsync(
            async (_, _) =>
            {
                taken.SetResult();
                await free.Task;
                return "";
            },
            why => why,
            TestContext.Current.CancellationToken);
        await taken.Task;
        var write = await store.Journal.WriteAsync(Given.Record(1).Version(1));
        Assert.Equal(JournalWriteStatus.Failed, write.Status);
        Assert.Contains("The connection pool has been exhausted", write.Detail, StringComparison.Ordinal);
        free.SetResult();
        Assert.Equal("", await busy);
        Assert.Equal(JournalWriteStatus.Written, (await store.Journal.WriteAsync(Given.Record(1).Version(1))).Status);
    }

    [Fact]
    public async Task A_server_that_takes_no_writes_says_so_and_is_read_all_the_same()
    {
        await using var store = new Store(shared.ConnectionString);
        await store.Journal.WriteAsync(Given.Record(1).Version(1));
        await using var reader = store.Another(o => o.ConnectionString += ";Options=-c default_transaction_read_only=on");
        var write = await reader.Journal.WriteAsync(Given.Record(1).Version(2, RollbackState.Executing), Given.Rule.ToString());
        Assert.Equal(JournalWriteStatus.Failed, write.Status);
        Assert.Contains("it takes no writes now, it is read-only (25006: cannot execute ", write.Detail, StringComparison.Ordinal);
        Assert.Contains("read-only", (await reader.Journal.PauseAsync(isPause: true)).Detail, StringComparison.Ordinal);
        Assert.Equal(1, Assert.Single((await reader.Journal.ReadAsync()).Rollbacks).Version);

        // Only what it would have removed is told.
        var line = Assert.Single(reader.Log.Lines);
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Contains("older than the retention could not be removed", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_given_up()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var store = new Store(
            $"Host=127.0.0.1;Port={((IPEndPoint)silent.LocalEndpoint).Port};Username=x;Password={PostgreSqlServer.Password}", configure: o => o.CommandTimeout = TimeSpan.FromSeconds(1));
        Assert.EndsWith("/x: it did not answer in time", (await store.Journal.ReadAsync()).Unavailable, StringComparison.Ordinal);
        Assert.EndsWith("/x: it did not answer in time", (await store.Journal.WriteAsync(Given.Record(1).Version(1))).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_told_without_it()
    {
        await using var store = new Store(new NpgsqlConnectionStringBuilder(shared.ConnectionString) { Username = "nobody_here", Password = "Wr0ng-one" }.ConnectionString);
        var unavailable = (await store.Journal.ReadAsync()).Unavailable;
        Assert.Contains("it does not let us in (28P01: ", unavailable, StringComparison.Ordinal);
        Assert.DoesNotContain("Wr0ng-one", unavailable, StringComparison.Ordinal);
    }
}
