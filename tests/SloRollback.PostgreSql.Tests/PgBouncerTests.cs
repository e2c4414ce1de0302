using NodaTime;
using SloRollback.Leases;
using SloRollback.PostgreSql.Tests.Support;
using SloRollback.Rollbacks;

namespace SloRollback.PostgreSql.Tests;

/// <summary>All of it through a pooler that gives each transaction another connection.</summary>
public sealed class PgBouncerTests
{
    [Fact]
    public async Task Everything_works_behind_PgBouncer_in_transaction_mode()
    {
        Assert.SkipWhen(PostgreSqlServer.FindBinaries() is null, PostgreSqlServer.SkipReason);
        Assert.SkipWhen(PgBouncer.Executable is null, PgBouncer.SkipReason);
        await using var server = await PostgreSqlServer.StartAsync();
        await using var pooler = await PgBouncer.StartAsync(server);
        await using var store = new Store(pooler.ConnectionString + ";Maximum Pool Size=20");

        // Making the schema from many hosts at once, writing, racing and pausing, over two connections to the server in all.
        var replicas = Enumerable.Range(0, 8).Select(_ => store.Another()).ToList();
        Assert.All(await Task.WhenAll(replicas.Select(r => r.Journal.ReadAsync())), s => Assert.Null(s.Unavailable));
        var writes = await Task.WhenAll(Enumerable.Range(0, 800).Select(n => replicas[n % 8].Journal.WriteAsync(Given.Record(n / 4).Version(1), Given.Rule.ToString())));
        Assert.All(writes, w => Assert.True(w.Status != JournalWriteStatus.Failed, w.Detail));
        Assert.Equal(200, writes.Count(w => w.Status == JournalWriteStatus.Written));
        Assert.Equal(600, writes.Count(w => w.Status == JournalWriteStatus.Conflict));

        Assert.Equal(JournalWriteStatus.Written, (await store.Journal.PauseAsync(isPause: true)).Status);
        Assert.Equal(JournalWriteStatus.Paused, (await replicas[0].Journal.WriteAsync(Given.Record(1).Version(2), Given.Rule.ToString())).Status);
        Assert.Single((await store.Journal.ListAsync(new JournalListRequest(), TestContext.Current.CancellationToken)).Value);
        var leases = await Task.WhenAll(replicas.Select((r, i) => r.Lease.AcquireAsync(new LeaseRequest($"h{i}", Duration.FromMinutes(1)), TestContext.Current.CancellationToken)));
        Assert.Single(leases, l => l.Status == LeaseStatus.Held);
        Assert.DoesNotContain(leases, l => l.Status == LeaseStatus.Unavailable);

        // Nothing of ours is left in the pooler's sessions.
        Assert.Equal(0L, await store.SqlAsync("select count(*) from pg_locks where locktype = 'advisory'"));
        Assert.Equal(0L, await store.SqlAsync("select count(*) from pg_prepared_statements"));
        foreach (var replica in replicas)
            await replica.DisposeAsync();
    }
}
