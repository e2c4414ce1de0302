using NodaTime;
using SloRollback.Rollbacks;

namespace SloRollback.Testing.Journals;

/// <summary>The kill switch: a pause that is on record before a write that asks for it always wins.</summary>
internal static class PauseCases
{
    public static IEnumerable<Func<JournalScene, Task>> All =>
    [
        A_pause_refuses_what_it_covers, All_rules_that_ask_must_be_paused, A_pause_before_always_wins, Resuming_ends_its_own_scope_alone,
        Resuming_everywhere_is_remembered, Pausing_twice_is_pausing_once,
    ];

    private static async Task A_pause_refuses_what_it_covers(JournalScene scene)
    {
        (string Scope, bool Refuses)[] scopes =
        [
            ("", true), ("checkout/production", true), ("checkout/production/availability", true), ("checkout/production/availability/bad-release", true),
            ("checkout/production/avail", false), ("checkout/test", false), ("basket/production", false), ("checkout/prod%", false), ("checkout/productio_", false),
        ];
        var number = 0;
        foreach (var (scope, refuses) in scopes)
        {
            await scene.PauseAsync(isPause: true, scope).ConfigureAwait(false);
            var result = await scene.WriteAsync(JournalScene.Record(++number), JournalScene.Rule.ToString()).ConfigureAwait(false);
            Must.Be(refuses ? JournalWriteStatus.Paused : JournalWriteStatus.Written, result.Status, $"a pause of \"{scope}\"");
            if (refuses) Must.Hold(result.Detail.Contains("ada", StringComparison.Ordinal), "the answer says who paused");
            Must.Be(JournalWriteStatus.Written, (await scene.WriteAsync(JournalScene.Record(++number)).ConfigureAwait(false)).Status, "a write that does not ask");
            await scene.PauseAsync(isPause: false, scope).ConfigureAwait(false);
        }
    }

    private static async Task All_rules_that_ask_must_be_paused(JournalScene scene)
    {
        await scene.PauseAsync(isPause: true, JournalScene.Rule.ToString()).ConfigureAwait(false);
        string[] both = [JournalScene.Rule.ToString(), JournalScene.Key("other").ToString()];
        Must.Be(JournalWriteStatus.Written, (await scene.WriteAsync(JournalScene.Record(1), both).ConfigureAwait(false)).Status, "one of two is paused");
        await scene.PauseAsync(isPause: true, both[1]).ConfigureAwait(false);
        Must.Be(JournalWriteStatus.Paused, (await scene.WriteAsync(JournalScene.Record(2), both).ConfigureAwait(false)).Status, "both are paused");
    }

    private static async Task A_pause_before_always_wins(JournalScene scene)
    {
        var another = await scene.AnotherAsync().ConfigureAwait(false);
        for (var round = 1; round <= 20; round++)
        {
            // Whoever begins after the pause was answered must be refused; of those before, none is stored that was refused.
            var early = Task.Run(() => scene.WriteAsync(JournalScene.Record(2 * round, RollbackState.Executing), JournalScene.Rule.ToString()), scene.Cancel);
            await another.SetPauseAsync(new PauseRequest { IsPause = true, By = "ada", At = JournalScene.Start }, scene.Cancel).ConfigureAwait(false);
            var late = await scene.WriteAsync(JournalScene.Record((2 * round) + 1, RollbackState.Executing), JournalScene.Rule.ToString()).ConfigureAwait(false);
            Must.Be(JournalWriteStatus.Paused, late.Status, "a write that begins after the pause is on record");
            var first = await early.ConfigureAwait(false);
            var isStored = (await scene.ReadAsync().ConfigureAwait(false)).Rollbacks.Any(r => r.Id == JournalScene.Record(2 * round).Id);
            Must.Be(first.Status == JournalWriteStatus.Written, isStored, "what is stored is what was answered as written");
            await scene.PauseAsync(isPause: false, "").ConfigureAwait(false);
        }
    }

    private static async Task Resuming_ends_its_own_scope_alone(JournalScene scene)
    {
        foreach (var scope in new[] { "", "b/x", "a/x" })
            await scene.PauseAsync(isPause: true, scope).ConfigureAwait(false);
        await scene.PauseAsync(isPause: false, "b/x").ConfigureAwait(false);
        Must.BeInOrder(["", "a/x"], (await scene.ReadAsync().ConfigureAwait(false)).Pauses.Select(p => p.Scope).Order(StringComparer.Ordinal), "pauses");
        await scene.PauseAsync(isPause: false, "").ConfigureAwait(false);
        Must.BeInOrder(["a/x"], (await scene.ReadAsync(await scene.AnotherAsync().ConfigureAwait(false)).ConfigureAwait(false)).Pauses.Select(p => p.Scope), "pauses");
    }

    private static async Task Resuming_everywhere_is_remembered(JournalScene scene)
    {
        await scene.PauseAsync(isPause: false, "a/x").ConfigureAwait(false);
        Must.Be(null, (await scene.ReadAsync().ConfigureAwait(false)).ResumedAt, "the last resumption everywhere");
        await scene.PauseAsync(isPause: false, "").ConfigureAwait(false);
        Must.Be<Instant?>(JournalScene.Start, (await scene.ReadAsync(await scene.AnotherAsync().ConfigureAwait(false)).ConfigureAwait(false)).ResumedAt, "the last resumption everywhere");
    }

    private static async Task Pausing_twice_is_pausing_once(JournalScene scene)
    {
        await scene.PauseAsync(isPause: true, "a/x", "bob").ConfigureAwait(false);
        await scene.PauseAsync(isPause: true, "a/x", "ada").ConfigureAwait(false);
        var pause = (await scene.ReadAsync().ConfigureAwait(false)).Pauses.Single();
        Must.Be(("a/x", "ada", "drill", JournalScene.Start), (pause.Scope, pause.By, pause.Reason, pause.At), "the pause");
        await scene.PauseAsync(isPause: false, "a/x").ConfigureAwait(false);
        await scene.PauseAsync(isPause: false, "a/x").ConfigureAwait(false);
        Must.Be(0, (await scene.ReadAsync().ConfigureAwait(false)).Pauses.Length, "pauses");

        var kinds = (await scene.Journal.ListAsync(new JournalListRequest(), scene.Cancel).ConfigureAwait(false)).Value.Select(e => e.Kind).Reverse();
        Must.BeInOrder([JournalEntryKind.Paused, JournalEntryKind.Paused, JournalEntryKind.Resumed, JournalEntryKind.Resumed], kinds, "lines of the audit log");
    }
}
