using NodaTime;
using SloRollback.Deployments;
using SloRollback.Notifications;
using SloRollback.Rollbacks;
using SloRollback.Serialization;

namespace SloRollback.Testing.Journals;

/// <summary>What is written is read as it was, by whoever reads it.</summary>
internal static class RecordCases
{
    public static IEnumerable<Func<JournalScene, Task>> All =>
    [
        A_record_is_read_as_it_was_written, Open_rollbacks_are_read_however_old, Evidence_is_read_as_it_was_written,
        The_audit_log_is_read_newest_first_and_in_pages, The_outbox_keeps_what_was_not_delivered, When_it_began_is_known_and_stays,
    ];

    public static JournalWriteRequest Full(RollbackRecord? record) => new()
    {
        Record = record,
        Evidence = [Evidence("ev-1", "{}")],
        Entries = [new JournalEntry { Text = "first" }, new JournalEntry { Text = "second" }],
        Outbox = [Message("n1"), Message("n2")],
    };

    private static async Task A_record_is_read_as_it_was_written(JournalScene scene)
    {
        var record = JournalScene.Record(1, RollbackState.Verifying) with
        {
            Deployment = new DeploymentId("a deployment ü \"'; drop table rollbacks; --"),
            PassedOver = [new Revision { Id = "sha-3", Name = "v3" }],
            Mode = RollbackMode.Automatic,
            By = "ada",
            Claims = [new RollbackClaim { Rule = JournalScene.Rule, MaximumErrorRatio = 0.000000000000000000000000001m, MinimumValid = long.MaxValue }],
            WorkloadIdentity = "uid@7",
            EvidenceId = "ev-1",
            ProposedAt = JournalScene.Start + Duration.FromNanoseconds(123_456_789),
            Answer = new RollbackAnswer { IsApproval = true, By = "bob", Reason = "ja\nnein\t日本", At = JournalScene.Start },
            ExecutingAt = Instant.MaxValue,
            AppliedAt = Instant.MinValue,
            CompletedAt = JournalScene.Start,
            Detail = new string('x', 100_000) + "🙂",
        };
        await scene.MustWriteAsync(record).ConfigureAwait(false);
        var another = await scene.AnotherAsync().ConfigureAwait(false);
        Must.Be(Text(record), Text((await scene.ReadAsync(another).ConfigureAwait(false)).Rollbacks.Single()), "the record");
    }

    private static async Task Open_rollbacks_are_read_however_old(JournalScene scene)
    {
        foreach (var (state, number) in Enum.GetValues<RollbackState>().Select((s, i) => (s, i + 1)))
            await scene.MustWriteAsync(JournalScene.Record(number, state)).ConfigureAwait(false);

        var all = (await scene.ReadAsync().ConfigureAwait(false)).Rollbacks;
        Must.Be(Enum.GetValues<RollbackState>().Length, all.Length, "all of them");
        var another = await scene.AnotherAsync().ConfigureAwait(false);
        var late = (await scene.ReadAsync(another, JournalScene.Record(8).ProposedAt).ConfigureAwait(false)).Rollbacks;
        Must.BeInOrder(all.Where(r => !r.IsFinal || r.ProposedAt >= JournalScene.Record(8).ProposedAt).Select(r => r.State), late.Select(r => r.State), "the open ones and the late ones, the oldest first");
    }

    private static async Task Evidence_is_read_as_it_was_written(JournalScene scene)
    {
        await scene.Journal.WriteAsync(new JournalWriteRequest { Evidence = [Evidence("ev-1", "{ \"text\": \"ü 🙂\" }"), Evidence("ev-2", "[]")] }, scene.Cancel).ConfigureAwait(false);

        var another = await scene.AnotherAsync().ConfigureAwait(false);
        Must.Be(Evidence("ev-1", "{ \"text\": \"ü 🙂\" }"), (await another.ReadEvidenceAsync("ev-1", scene.Cancel).ConfigureAwait(false)).Value, "a document");
        Must.Be(Evidence("ev-2", "[]"), (await another.ReadEvidenceAsync("ev-2", scene.Cancel).ConfigureAwait(false)).Value, "the other document");
        var none = await another.ReadEvidenceAsync("ev-3", scene.Cancel).ConfigureAwait(false);
        Must.Be((null, null), (none.Value, none.Unavailable), "a document that is not there");
    }

    private static async Task The_audit_log_is_read_newest_first_and_in_pages(JournalScene scene)
    {
        for (var i = 0; i < 6; i++)
        {
            var entry = new JournalEntry
            {
                At = JournalScene.Start + Duration.FromNanoseconds(i),
                Kind = JournalEntryKind.Answer,
                Service = i % 2 == 0 ? "a/b" : "c/d",
                Subject = i < 3 ? "s" : "t",
                By = "ada",
                Text = $"{i}",
                EvidenceId = "ev",
            };
            await scene.Journal.WriteAsync(new JournalWriteRequest { Entries = [entry] }, scene.Cancel).ConfigureAwait(false);
        }

        var another = await scene.AnotherAsync().ConfigureAwait(false);
        async Task<IReadOnlyList<JournalEntry>> ListAsync(JournalListRequest request) => [.. (await another.ListAsync(request, scene.Cancel).ConfigureAwait(false)).Value];
        var all = await ListAsync(new JournalListRequest()).ConfigureAwait(false);
        Must.BeInOrder(["5", "4", "3", "2", "1", "0"], all.Select(e => e.Text), "all lines");
        Must.Hold(all.Zip(all.Skip(1)).All(p => p.First.Sequence > p.Second.Sequence && p.Second.Sequence > 0), "numbers grow");
        Must.Be((JournalScene.Start, JournalEntryKind.Answer, "a/b", "s", "ada", "ev"), (all[5].At, all[5].Kind, all[5].Service, all[5].Subject, all[5].By, all[5].EvidenceId), "a line");
        Must.BeInOrder(["5", "4"], (await ListAsync(new JournalListRequest { Limit = 2 }).ConfigureAwait(false)).Select(e => e.Text), "a page");
        Must.BeInOrder(["3", "2"], (await ListAsync(new JournalListRequest { Limit = 2, Before = all[1].Sequence }).ConfigureAwait(false)).Select(e => e.Text), "the page after");
        Must.BeInOrder(["4", "2", "0"], (await ListAsync(new JournalListRequest { Service = "a/b" }).ConfigureAwait(false)).Select(e => e.Text), "of a service");
        Must.BeInOrder(["5", "4", "3"], (await ListAsync(new JournalListRequest { Subject = "t" }).ConfigureAwait(false)).Select(e => e.Text), "of a subject");
        Must.BeInOrder(["1"], (await ListAsync(new JournalListRequest { Service = "c/d", Subject = "s" }).ConfigureAwait(false)).Select(e => e.Text), "of both");
    }

    private static async Task The_outbox_keeps_what_was_not_delivered(JournalScene scene)
    {
        await scene.Journal.WriteAsync(new JournalWriteRequest { Outbox = [Message("n1"), Message("n2"), Message("n3")] }, scene.Cancel).ConfigureAwait(false);
        await scene.Journal.WriteAsync(new JournalWriteRequest { Outbox = [Message("n2", "again")], Delivered = ["n1|log", "unknown"] }, scene.Cancel).ConfigureAwait(false);
        var another = await scene.AnotherAsync().ConfigureAwait(false);
        Must.BeInOrder([Message("n2"), Message("n3")], (await another.ReadOutboxAsync(scene.Cancel).ConfigureAwait(false)).Value, "what was not delivered");
        await another.WriteAsync(new JournalWriteRequest { Delivered = ["n2|log", "n3|log"] }, scene.Cancel).ConfigureAwait(false);
        Must.Be(0, (await scene.Journal.ReadOutboxAsync(scene.Cancel).ConfigureAwait(false)).Value.Length, "what was not delivered");
    }

    private static async Task When_it_began_is_known_and_stays(JournalScene scene)
    {
        var began = (await scene.ReadAsync().ConfigureAwait(false)).Began;
        Must.Hold(began is not null, "the beginning");
        await scene.MustWriteAsync(JournalScene.Record(1)).ConfigureAwait(false);
        Must.Be(began, (await scene.ReadAsync(await scene.AnotherAsync().ConfigureAwait(false)).ConfigureAwait(false)).Began, "the beginning");
    }

    private static string Text(RollbackRecord record) => System.Text.Json.JsonSerializer.Serialize(record, SloRollbackJsonContext.Default.RollbackRecord);

    private static EvidenceDocument Evidence(string id, string json) => new() { Id = id, At = JournalScene.Start + Duration.FromNanoseconds(7), Json = json };

    private static OutboxMessage Message(string key, string text = "text") => new() { Notifier = "log", Notification = new Notification { Key = key, Service = JournalScene.Rule.Objective.Service, Text = text, At = JournalScene.Start } };
}
