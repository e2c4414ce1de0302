using NodaTime;
using SloRollback.Leases;
using SloRollback.PostgreSql.Tests.Support;

namespace SloRollback.PostgreSql.Tests;

/// <summary>Who may evaluate.</summary>
public sealed class LeaseTests(SharedServer server)
{
    private static readonly LeaseRequest A = new("a", Duration.FromMinutes(5)), B = new("b", Duration.FromMinutes(5));

    [Fact]
    public async Task One_holds_it_until_it_is_released()
    {
        await using var one = new Store(server.ConnectionString);
        await using var other = one.Another();
        Assert.Equal(new LeaseResult { Status = LeaseStatus.Held, Holder = "a" }, await AcquireAsync(one, A));
        Assert.Equal(new LeaseResult { Status = LeaseStatus.NotHeld, Holder = "a" }, await AcquireAsync(other, B));
        Assert.Equal(LeaseStatus.Held, (await AcquireAsync(one, A)).Status);

        // Whoever does not hold it gives nothing up.
        Assert.Equal(new LeaseResult { Status = LeaseStatus.NotHeld, Holder = "a" }, await ReleaseAsync(other, B));
        Assert.Equal(new LeaseResult { Status = LeaseStatus.NotHeld }, await ReleaseAsync(one, A));
        Assert.Equal(new LeaseResult { Status = LeaseStatus.NotHeld }, await ReleaseAsync(one, A));
        Assert.Equal(LeaseStatus.Held, (await AcquireAsync(other, B)).Status);
        Assert.Equal("b", (await AcquireAsync(one, A)).Holder);
    }

    [Fact]
    public async Task It_expires_by_the_clock_of_the_server_alone()
    {
        await using var one = new Store(server.ConnectionString);
        await using var other = one.Another();
        await AcquireAsync(one, A);

        // Our own clocks say that it is long over.
        one.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal("a", (await AcquireAsync(other, B)).Holder);

        // The server's says so, which it does when the end is put before now.
        await one.SqlAsync("update $s.leases set expires_at = clock_timestamp()");
        Assert.Equal(new LeaseResult { Status = LeaseStatus.Held, Holder = "b" }, await AcquireAsync(other, B));
        Assert.Equal("b", (await AcquireAsync(one, A)).Holder);
        Assert.Equal(true, await one.SqlAsync("select expires_at between clock_timestamp() + interval '4 minutes' and clock_timestamp() + interval '5 minutes' from $s.leases"));
    }

    [Fact]
    public async Task A_holder_who_comes_late_renews_what_nobody_took()
    {
        await using var one = new Store(server.ConnectionString);
        await AcquireAsync(one, A);
        await one.SqlAsync("update $s.leases set expires_at = clock_timestamp() - interval '1 hour'");
        Assert.Equal(LeaseStatus.Held, (await AcquireAsync(one, A)).Status);
    }

    [Fact]
    public async Task Of_twenty_who_ask_at_once_one_holds_it()
    {
        await using var first = new Store(server.ConnectionString);
        var stores = Enumerable.Range(0, 20).Select(_ => first.Another()).ToList();
        for (var round = 0; round < 5; round++)
        {
            var answers = await Task.WhenAll(stores.Select((s, i) => AcquireAsync(s, new LeaseRequest($"h{i}", Duration.FromMinutes(5)))));
            Assert.DoesNotContain(answers, a => a.Status == LeaseStatus.Unavailable);
            var holder = Assert.Single(answers, a => a.Status == LeaseStatus.Held).Holder;
            Assert.All(answers, a => Assert.Equal(holder, a.Holder));
            await first.SqlAsync("update $s.leases set expires_at = clock_timestamp()");
        }

        foreach (var store in stores)
            await store.DisposeAsync();
    }

    [Fact]
    public async Task Leases_of_other_names_are_others()
    {
        await using var one = new Store(server.ConnectionString);
        await using var other = one.Another(o => o.LeaseName = "blog");
        Assert.Equal(LeaseStatus.Held, (await AcquireAsync(one, A)).Status);
        Assert.Equal(LeaseStatus.Held, (await AcquireAsync(other, B)).Status);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_value()
    {
        await using var store = new Store($"Host=127.0.0.1;Port={PostgreSqlServer.FreePort()};Username=x;Password={PostgreSqlServer.Password}");
        var answer = await AcquireAsync(store, A);
        Assert.Equal((LeaseStatus.Unavailable, null), (answer.Status, answer.Holder));
        Assert.Contains("PostgreSQL 127.0.0.1:", answer.Detail, StringComparison.Ordinal);
        Assert.Contains("refused", answer.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(PostgreSqlServer.Password, answer.Detail, StringComparison.Ordinal);
        Assert.Equal(LeaseStatus.Unavailable, (await ReleaseAsync(store, A)).Status);
    }

    private static Task<LeaseResult> AcquireAsync(Store store, LeaseRequest request) => store.Lease.AcquireAsync(request, TestContext.Current.CancellationToken);

    private static Task<LeaseResult> ReleaseAsync(Store store, LeaseRequest request) => store.Lease.ReleaseAsync(request, TestContext.Current.CancellationToken);
}
