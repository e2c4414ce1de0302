using System.Diagnostics;
using System.Globalization;
using SloRollback.Benchmarks.Prometheus;
using SloRollback.Rollbacks;
using SloRollback.Sqlite.Rollbacks;
using SloRollback.Sqlite.Storage;

namespace SloRollback.Benchmarks.Journals;

/// <summary>Writes one after the other and of 16 writers, each round beside one of the bare loop, which goes first every other time.</summary>
internal sealed class SqliteWrites(Report report, RecordedRollback recorded)
{
    private const int WarmUps = 5, Rounds = 25, RollbacksInARound = 160, Writers = 16;

    private int number;

    public async Task MeasureAsync()
    {
        report.Head("## Writes, `synchronous=FULL`");
        CompareStatements();
        report.Line("The bare loop runs the same statements with the same values (the run compares SQLite's own trace of both) on the same pragmas, in one thread; its");
        report.Line($"texts are made beforehand, the journal makes its own. {Rounds} pairs of rounds of {RollbacksInARound * recorded.Count:N0} writes; medians, and the least and most of the ratios.");
        report.Line();
        report.Line("| writers | journal, writes/s | bare loop, writes/s | ratio | least – most | bar | bytes allocated per write | by the bare loop |");
        report.Line("|---:|---:|---:|---:|---:|---:|---:|---:|");
        await RowAsync(1, 0.7);
        await RowAsync(Writers, 3);
    }

    private async Task RowAsync(int writers, double bar)
    {
        report.Progress($"{writers} writers");
        await using var ours = new SqliteReport.OpenJournal(Path.Combine(report.Directory, $"journal-{writers}.db"));
        using var theirs = new BareLoop(Open($"bare-{writers}.db"));
        var pairs = new List<(Round Ours, Round Bare)>();
        for (var round = -WarmUps; round < Rounds; round++)
        {
            var isFirst = round % 2 == 0;
            var bare = isFirst ? Bare(theirs) : default;
            var journal = await JournalAsync(ours.Journal, writers);
            bare = isFirst ? bare : Bare(theirs);
            if (round >= 0)
                pairs.Add((journal, bare));
        }

        var ratio = new Figures(pairs.Select(p => p.Ours.PerSecond / p.Bare.PerSecond));
        report.Line(string.Create(CultureInfo.InvariantCulture,
            $"| {writers} | {new Figures(pairs.Select(p => p.Ours.PerSecond)).Median:N0} | {new Figures(pairs.Select(p => p.Bare.PerSecond)).Median:N0} | {ratio.Median:0.00} × | {ratio.Spread("0.00")} | {Report.Verdict(ratio.Median >= bar, string.Create(CultureInfo.InvariantCulture, $"≥ {bar} ×"))} | {new Figures(pairs.Select(p => p.Ours.Bytes)).Median:N0} | {new Figures(pairs.Select(p => p.Bare.Bytes)).Median:N0} |"));
    }

    private Round Bare(BareLoop loop)
    {
        var writes = Rollbacks().SelectMany(w => w).Select(BareLoop.Prepare).ToList();
        return Measured(writes.Count, () =>
        {
            foreach (var write in writes)
                loop.Write(write);
            return Task.CompletedTask;
        }).GetAwaiter().GetResult();
    }

    // Each writer does one rollback after the other, each write when the one before is on the disk.
    private Task<Round> JournalAsync(IRollbackJournal journal, int writers)
    {
        var rollbacks = Rollbacks();
        return Measured(rollbacks.Sum(r => r.Length), () => JournalHistory.InParallelAsync(writers, rollbacks.Count, async i =>
        {
            foreach (var write in rollbacks[i])
                await JournalHistory.WriteAsync(journal, write);
        }));
    }

    private List<JournalWriteRequest[]> Rollbacks() => [.. Enumerable.Range(0, RollbacksInARound).Select(_ => recorded.Of(number++, number))];

    private static async Task<Round> Measured(int writes, Func<Task> run)
    {
        GC.Collect();
        var (bytes, began) = (GC.GetTotalAllocatedBytes(precise: true), Stopwatch.GetTimestamp());
        await run();
        var took = Stopwatch.GetElapsedTime(began);
        return new Round(writes / took.TotalSeconds, (GC.GetTotalAllocatedBytes(precise: true) - bytes) / (double)writes);
    }

    private void CompareStatements()
    {
        var (ours, theirs) = (Open("trace-journal.db"), Open("trace-bare.db"));
        using var session = new WriteSession(ours);
        using var loop = new BareLoop(theirs);
        var writes = recorded.Of(number++, 0);
        BareLoop.Compare(
            ours,
            () =>
            {
                foreach (var write in writes)
                {
                    session.Begin();
                    new JournalWrite(write).Run(session);
                    session.Commit();
                }
            },
            theirs,
            () =>
            {
                foreach (var write in writes)
                    loop.Write(BareLoop.Prepare(write));
            });
    }

    private Microsoft.Data.Sqlite.SqliteConnection Open(string name) =>
        new SqliteFile(() => new() { Path = Path.Combine(report.Directory, name) }, new SteppedTime(EngineRun.Start.ToDateTimeOffset())).Open();

    private readonly record struct Round(double PerSecond, double Bytes);
}
