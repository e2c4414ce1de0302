using SloRollback.Rollbacks;

namespace SloRollback.Testing.Journals;

/// <summary>The compare-and-swap, which makes a rollback happen at most once.</summary>
internal static class SwapCases
{
    public static IEnumerable<Func<JournalScene, Task>> All =>
    [
        Only_the_next_version_is_written, Of_many_that_write_the_same_version_one_does, Rollbacks_do_not_stand_in_each_others_way,
        Of_a_write_that_conflicts_nothing_remains, A_write_without_a_record_never_conflicts, Two_processes_see_each_others_versions,
        What_is_cancelled_before_is_not_written, What_begins_is_counted, Of_many_that_begin_at_once_one_does, Evidence_gives_way_only_to_the_winner,
    ];

    private static async Task Only_the_next_version_is_written(JournalScene scene)
    {
        var first = JournalScene.Record(1);
        Must.Be(JournalWriteStatus.Conflict, (await scene.WriteAsync(first with { Version = 2 }).ConfigureAwait(false)).Status, "version 2 before version 1");
        await scene.MustWriteAsync(first).ConfigureAwait(false);
        Must.Be(JournalWriteStatus.Conflict, (await scene.WriteAsync(first).ConfigureAwait(false)).Status, "version 1 again");
        Must.Be(JournalWriteStatus.Conflict, (await scene.WriteAsync(first with { Version = 3 }).ConfigureAwait(false)).Status, "version 3 after version 1");
        await scene.MustWriteAsync(JournalScene.Next(first, RollbackState.Executing)).ConfigureAwait(false);
        Must.Be(JournalWriteStatus.Conflict, (await scene.WriteAsync(JournalScene.Next(first, RollbackState.Abandoned)).ConfigureAwait(false)).Status, "another version 2");

        var stored = (await scene.ReadAsync().ConfigureAwait(false)).Rollbacks.Single();
        Must.Be((2, RollbackState.Executing), (stored.Version, stored.State), "what is stored");
    }

    private static async Task Of_many_that_write_the_same_version_one_does(JournalScene scene)
    {
        var another = await scene.AnotherAsync().ConfigureAwait(false);
        var record = JournalScene.Record(1);
        for (var round = 0; round < 5; round++)
        {
            var current = record;
            var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() =>
                (i % 2 == 0 ? scene.Journal : another).WriteAsync(new JournalWriteRequest { Record = current with { Detail = $"{i}" } }, scene.Cancel)))).ConfigureAwait(false);
            Must.Be(1, results.Count(r => r.Status == JournalWriteStatus.Written), "writers of one version that succeed");
            Must.Be(49, results.Count(r => r.Status == JournalWriteStatus.Conflict), "writers of one version that meet a conflict");

            var winner = Array.FindIndex(results, r => r.Status == JournalWriteStatus.Written);
            Must.Be($"{winner}", (await scene.ReadAsync(another).ConfigureAwait(false)).Rollbacks.Single().Detail, "whose version is stored");
            record = JournalScene.Next(record, RollbackState.Executing);
        }
    }

    private static async Task Rollbacks_do_not_stand_in_each_others_way(JournalScene scene)
    {
        var results = await Task.WhenAll(Enumerable.Range(1, 100).Select(i => Task.Run(() => scene.WriteAsync(JournalScene.Record(i))))).ConfigureAwait(false);
        Must.Be(100, results.Count(r => r.Status == JournalWriteStatus.Written), "writes of as many rollbacks");
        Must.BeInOrder(Enumerable.Range(1, 100).Select(i => JournalScene.Record(i).Id), (await scene.ReadAsync().ConfigureAwait(false)).Rollbacks.Select(r => r.Id), "rollbacks, the oldest first");
    }

    private static async Task Of_a_write_that_conflicts_nothing_remains(JournalScene scene)
    {
        await scene.MustWriteAsync(JournalScene.Record(1)).ConfigureAwait(false);
        var conflict = await scene.Journal.WriteAsync(RecordCases.Full(JournalScene.Record(1)), scene.Cancel).ConfigureAwait(false);
        Must.Be(JournalWriteStatus.Conflict, conflict.Status, "version 1 again");
        Must.Be(0, (await scene.Journal.ListAsync(new JournalListRequest(), scene.Cancel).ConfigureAwait(false)).Value.Length, "lines of the audit log");
        Must.Be(null, (await scene.Journal.ReadEvidenceAsync("ev-1", scene.Cancel).ConfigureAwait(false)).Value, "evidence");
        Must.Be(0, (await scene.Journal.ReadOutboxAsync(scene.Cancel).ConfigureAwait(false)).Value.Length, "notifications");
    }

    private static async Task A_write_without_a_record_never_conflicts(JournalScene scene)
    {
        for (var i = 0; i < 2; i++)
        {
            var result = await scene.Journal.WriteAsync(RecordCases.Full(null), scene.Cancel).ConfigureAwait(false);
            Must.Be(JournalWriteStatus.Written, result.Status, "evidence, lines and notifications alone");
        }

        Must.Be(4, (await scene.Journal.ListAsync(new JournalListRequest(), scene.Cancel).ConfigureAwait(false)).Value.Length, "lines of the audit log");
        Must.Be(2, (await scene.Journal.ReadOutboxAsync(scene.Cancel).ConfigureAwait(false)).Value.Length, "notifications, each once");
        Must.Be(0, (await scene.ReadAsync().ConfigureAwait(false)).Rollbacks.Length, "rollbacks");
    }

    private static async Task Two_processes_see_each_others_versions(JournalScene scene)
    {
        var another = await scene.AnotherAsync().ConfigureAwait(false);
        var record = JournalScene.Record(1);
        for (var i = 0; i < 10; i++)
        {
            var (writer, reader) = i % 2 == 0 ? (scene.Journal, another) : (another, scene.Journal);
            Must.Be(JournalWriteStatus.Written, (await writer.WriteAsync(new JournalWriteRequest { Record = record }, scene.Cancel).ConfigureAwait(false)).Status, $"version {record.Version}");
            Must.Be(record.Version, (await scene.ReadAsync(reader).ConfigureAwait(false)).Rollbacks.Single().Version, "the version that the other reads");
            record = JournalScene.Next(record, RollbackState.Executing);
        }
    }

    private static async Task What_begins_is_counted(JournalScene scene)
    {
        Must.Be(0L, (await scene.ReadAsync().ConfigureAwait(false)).Executions, "begun at first");
        await scene.MustWriteAsync(JournalScene.Record(1)).ConfigureAwait(false);
        await scene.MustWriteAsync(JournalScene.Record(2)).ConfigureAwait(false);
        Must.Be(JournalWriteStatus.Written, await BeginAsync(scene.Journal, 1, 0, scene.Cancel).ConfigureAwait(false), "the first to begin");
        Must.Be(1L, (await scene.ReadAsync().ConfigureAwait(false)).Executions, "begun after one");

        var another = await scene.AnotherAsync().ConfigureAwait(false);
        Must.Be(JournalWriteStatus.Conflict, await BeginAsync(another, 2, 0, scene.Cancel).ConfigureAwait(false), "one that has not seen the first");
        var state = await scene.ReadAsync().ConfigureAwait(false);
        Must.Be((1L, RollbackState.Proposed), (state.Executions, state.Rollbacks[1].State), "what is stored after a conflict");
        Must.Be(JournalWriteStatus.Written, await BeginAsync(another, 2, 1, scene.Cancel).ConfigureAwait(false), "one that has");
        Must.Be(2L, (await scene.ReadAsync().ConfigureAwait(false)).Executions, "begun after two");

        await scene.MustWriteAsync(JournalScene.Record(3, RollbackState.Executing)).ConfigureAwait(false);
        Must.Be(2L, (await scene.ReadAsync().ConfigureAwait(false)).Executions, "begun after a write that does not count");
    }

    private static async Task Of_many_that_begin_at_once_one_does(JournalScene scene)
    {
        const int Rollbacks = 20;
        var another = await scene.AnotherAsync().ConfigureAwait(false);
        for (var i = 1; i <= Rollbacks; i++)
            await scene.MustWriteAsync(JournalScene.Record(i)).ConfigureAwait(false);
        var results = await Task.WhenAll(Enumerable.Range(1, Rollbacks).Select(i => Task.Run(() =>
            BeginAsync(i % 2 == 0 ? scene.Journal : another, i, 0, scene.Cancel)))).ConfigureAwait(false);
        Must.Be(1, results.Count(r => r == JournalWriteStatus.Written), "rollbacks that begin");
        Must.Be(Rollbacks - 1, results.Count(r => r == JournalWriteStatus.Conflict), "rollbacks that meet a conflict");
        var state = await scene.ReadAsync().ConfigureAwait(false);
        Must.Be((1L, 1), (state.Executions, state.Rollbacks.Count(r => r.State == RollbackState.Executing)), "what is stored");
    }

    private static async Task Evidence_gives_way_only_to_the_winner(JournalScene scene)
    {
        var record = JournalScene.Record(1) with { EvidenceId = "ev-1" };
        await KeepAsync(record, "1").ConfigureAwait(false);
        Must.Be("1", await EvidenceAsync().ConfigureAwait(false), "evidence with its rollback");
        await KeepAsync(JournalScene.Next(record, RollbackState.Executing), "2").ConfigureAwait(false);
        Must.Be("2", await EvidenceAsync().ConfigureAwait(false), "evidence with the next state");
        await KeepAsync(null, "3").ConfigureAwait(false);
        await KeepAsync(JournalScene.Record(2), "4").ConfigureAwait(false);
        Must.Be("2", await EvidenceAsync().ConfigureAwait(false), "evidence after writes that are not its rollback's");

        async Task KeepAsync(RollbackRecord? of, string json)
        {
            var request = new JournalWriteRequest { Record = of, Evidence = [new EvidenceDocument { Id = "ev-1", At = JournalScene.Start, Json = json }] };
            Must.Be(JournalWriteStatus.Written, (await scene.Journal.WriteAsync(request, scene.Cancel).ConfigureAwait(false)).Status, $"evidence {json}");
        }

        async Task<string?> EvidenceAsync() => (await scene.Journal.ReadEvidenceAsync("ev-1", scene.Cancel).ConfigureAwait(false)).Value?.Json;
    }

    private static async Task<JournalWriteStatus> BeginAsync(IRollbackJournal journal, int number, long executions, CancellationToken cancellationToken)
    {
        var request = new JournalWriteRequest { Record = JournalScene.Next(JournalScene.Record(number), RollbackState.Executing), Executions = executions };
        return (await journal.WriteAsync(request, cancellationToken).ConfigureAwait(false)).Status;
    }

    private static async Task What_is_cancelled_before_is_not_written(JournalScene scene)
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync().ConfigureAwait(false);
        foreach (var call in new Func<Task>[]
        {
            () => scene.Journal.WriteAsync(new JournalWriteRequest { Record = JournalScene.Record(1) }, stop.Token),
            () => scene.Journal.SetPauseAsync(new PauseRequest { IsPause = true, By = "ada" }, stop.Token),
            () => scene.Journal.ReadAsync(new JournalReadRequest(), stop.Token),
            () => scene.Journal.ListAsync(new JournalListRequest(), stop.Token),
            () => scene.Journal.ReadEvidenceAsync("ev-1", stop.Token),
            () => scene.Journal.ReadOutboxAsync(stop.Token),
        })
        {
            try
            {
                await call().ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                continue;
            }

            throw new ConformanceException("a call that is cancelled before throws OperationCanceledException, and one did not");
        }

        var state = await scene.ReadAsync().ConfigureAwait(false);
        Must.Be((0, 0), (state.Rollbacks.Length, state.Pauses.Length), "what is stored");
    }
}
