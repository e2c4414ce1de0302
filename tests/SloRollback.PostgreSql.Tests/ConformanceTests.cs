using SloRollback.PostgreSql.Tests.Support;
using SloRollback.Rollbacks;
using SloRollback.Testing.Journals;

namespace SloRollback.PostgreSql.Tests;

public sealed class ConformanceTests(SharedServer server)
{
    public static TheoryData<string> Cases => [.. RollbackJournalConformance.Cases];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Keeps_the_law_of_journals(string name)
    {
        await using var store = new Store(server.ConnectionString);
        List<Store> others = [];
        var isFirst = true;
        try
        {
            await new RollbackJournalConformance(_ =>
            {
                if (!isFirst) others.Add(store.Another());
                var journal = isFirst ? store.Journal : others[^1].Journal;
                isFirst = false;
                return Task.FromResult<IRollbackJournal>(journal);
            }).RunAsync(name, TestContext.Current.CancellationToken);
        }
        finally
        {
            foreach (var other in others) await other.DisposeAsync();
        }
    }
}
