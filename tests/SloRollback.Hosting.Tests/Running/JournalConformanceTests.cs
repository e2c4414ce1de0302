using Microsoft.Extensions.Time.Testing;
using SloRollback.Hosting.Rollbacks;
using SloRollback.Rollbacks;
using SloRollback.Testing.Journals;

namespace SloRollback.Hosting.Tests.Running;

public sealed class JournalConformanceTests
{
    public static TheoryData<string> Cases => [.. RollbackJournalConformance.Cases];

    [Theory]
    [MemberData(nameof(Cases))]
    public Task The_journal_in_memory_keeps_the_law(string name) =>
        new RollbackJournalConformance(_ => Task.FromResult<IRollbackJournal>(new InMemoryRollbackJournal(new FakeTimeProvider()))).RunAsync(name, TestContext.Current.CancellationToken);
}
