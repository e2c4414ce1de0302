using SloRollback.PostgreSql.Tests.Support;
using SloRollback.Rollbacks;

namespace SloRollback.PostgreSql.Tests;

/// <summary>Replicas that act at the same time, without a lease: the journal alone keeps a rollback from happening twice.</summary>
public sealed class ReplicaRaceTests(SharedServer server)
{
    private const int Rollbacks = 1000;

    [Fact]
    public async Task Of_two_replicas_that_decide_the_same_one_acts_each_time()
    {
        await using var store = new Store(server.ConnectionString);
        await using var other = store.Another();
        var provider = new CountingProvider();
        MachineDriver[] replicas = [new(store.Journal, provider, "one"), new(other.Journal, provider, "two")];
        var decided = Enumerable.Range(0, Rollbacks).Select(Given.Record).ToList();

        // The second half of each replica's rivals comes from the other end, so that both are first and last.
        await Task.WhenAll(
            Task.WhenAll(decided.Chunk(50).Select(part => RunAsync(replicas[0], part))),
            Task.WhenAll(decided.AsEnumerable().Reverse().Chunk(50).Select(part => RunAsync(replicas[1], part.Reverse()))));

        Assert.DoesNotContain(replicas.SelectMany(r => r.Answers), a => a.Status == JournalWriteStatus.Failed);
        Assert.Contains(replicas.SelectMany(r => r.Answers), a => a.Status == JournalWriteStatus.Conflict);
        Assert.Equal(Rollbacks, provider.Calls.Count);
        Assert.All(provider.Calls.Values, calls => Assert.Equal(1, calls));
        Assert.Equal(Rollbacks, replicas.SelectMany(r => r.Executed).Distinct().Count());
        Assert.Equal(Rollbacks, replicas.Sum(r => r.Executed.Count));
        var records = (await store.Journal.ReadAsync()).Rollbacks;
        Assert.Equal(Rollbacks, records.Length);
        Assert.All(records, r => Assert.Equal(RollbackState.Succeeded, r.State));

        // What was refused left nothing behind: a line for each version and no more.
        Assert.Equal((long)records.Sum(r => r.Version), await store.SqlAsync("select count(*) from $s.entries"));
        TestContext.Current.TestOutputHelper!.WriteLine($"{replicas[0].Executed.Count} and {replicas[1].Executed.Count}; {replicas.Sum(r => r.Answers.Count(a => a.Status == JournalWriteStatus.Conflict))} conflicts");
    }

    private static async Task RunAsync(MachineDriver replica, IEnumerable<RollbackRecord> decided)
    {
        foreach (var record in decided)
        {
            // Who loses the proposal still tries to execute it, as it would after its next look at the journal; who wins the write takes it to
            // its end.
            var proposed = await replica.ProposeAsync(record) ?? record with { Version = 1, ProposedAt = Store.Start };
            if (proposed.Version == 1)
                await replica.MoveOnAsync(proposed);
        }
    }
}
