using NodaTime;
using SloRollback.Rollbacks;

namespace SloRollback.Benchmarks.Journals;

/// <summary>
/// A year of 1,000 services: each has a decision a week, every fourth of which became a rollback that ran through all its states; lines of all
/// services lie among one another, as they were written. And rollbacks that are open.
/// </summary>
internal sealed class JournalHistory(RecordedRollback recorded)
{
    public const int Services = 1000, Weeks = 52, Open = 1000;
    private const int FirstOpen = 1_000_000;

    public int Lines { get; private set; }

    public int Documents { get; private set; }

    public int Rollbacks { get; private set; }

    /// <summary>The newest instant in it.</summary>
    public static Instant End => EngineRun.Start + Duration.FromDays(7 * Weeks);

    public async Task WriteYearAsync(IRollbackJournal journal)
    {
        for (var week = 0; week < Weeks; week++)
        {
            var at = Duration.FromDays(7 * week);
            await InParallelAsync(16, Services, service => WriteWeekAsync(journal, (week * Services) + service, service, at, isRollback: (week + service) % 4 == 0));
        }
    }

    /// <summary>Rollbacks whose last state is missing: they verify.</summary>
    public Task WriteOpenAsync(IRollbackJournal journal) => InParallelAsync(16, Open, async number =>
    {
        foreach (var write in recorded.Of(FirstOpen + number, number, End - EngineRun.Start - Duration.FromHours(1))[..^1])
            await WriteAsync(journal, write);
    });

    public static async Task WriteAsync(IRollbackJournal journal, JournalWriteRequest request)
    {
        var result = await journal.WriteAsync(request, CancellationToken.None);
        if (result.Status != JournalWriteStatus.Written)
            throw new InvalidOperationException(result.ToString());
    }

    /// <summary>Does something for each number, so many at once.</summary>
    public static Task InParallelAsync(int writers, int count, Func<int, Task> work) => Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
    {
        for (var number = writer; number < count; number += writers)
            await work(number);
    })));

    private async Task WriteWeekAsync(IRollbackJournal journal, int number, int service, Duration at, bool isRollback)
    {
        var writes = recorded.Of(number, service, at);
        var written = isRollback
            ? new JournalWriteRequest
            {
                // The last state alone: who lists or recovers does not see that the others were overwritten.
                Record = writes[^1].Record! with { Version = 1 },
                Evidence = writes[^1].Evidence,
                Entries = [.. writes.SelectMany(w => w.Entries)],
            }
            : new JournalWriteRequest { Evidence = writes[0].Evidence, Entries = [writes[0].Entries[0]] };
        await WriteAsync(journal, written);
        lock (this)
        {
            Lines += written.Entries.Length;
            Documents += written.Evidence.Length;
            Rollbacks += isRollback ? 1 : 0;
        }
    }
}
