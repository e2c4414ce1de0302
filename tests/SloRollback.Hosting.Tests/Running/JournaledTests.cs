using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Hosting.Notifications;
using SloRollback.Notifications;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>What a journal holds of a rollback besides its state: evidence, audit log, and what people have not been told yet.</summary>
public sealed class JournaledTests
{
    private static readonly Instant Release = EngineHost.T0 + Duration.FromMinutes(10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_audit_log_tells_a_rollback_from_its_decision_to_its_end()
    {
        using var host = Host(new LastingJournal());
        await RollBackAsync(host, 40);

        Assert.Equal(RollbackState.Succeeded, host.Rollback?.State);
        var lines = await LinesAsync(host);
        Assert.Equal(lines.OrderByDescending(l => l.Sequence), lines);
        var kinds = lines.Reverse().Select(l => l.Kind).ToList();
        Assert.Equal(JournalEntryKind.Decision, kinds[0]);
        Assert.All(lines, l => Assert.Equal("checkout/production", l.Service));
        var states = lines.Reverse().Where(l => l.Subject == host.Rollback!.Id.Value).Select(l => l.Text);
        Assert.Collection(
            states,
            t => Assert.Contains("v2 → v1: Proposed", t, StringComparison.Ordinal),
            t => Assert.Contains("Executing", t, StringComparison.Ordinal),
            t => Assert.Contains("Executing", t, StringComparison.Ordinal),
            t => Assert.Contains("Verifying", t, StringComparison.Ordinal),
            t => Assert.Contains("Succeeded", t, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_evidence_in_the_journal_replays_and_tells_every_state()
    {
        using var host = Host(new LastingJournal());
        await RollBackAsync(host, 40);

        var evidence = (await host.Operations.ShowAsync(host.Rollback!.EvidenceId, Cancel)).Value!;
        Assert.Equal(
            [RollbackState.Proposed, RollbackState.Executing, RollbackState.Executing, RollbackState.Verifying, RollbackState.Succeeded],
            evidence.Transitions.Select(t => t.State));
        Assert.Contains(evidence.ProviderResponses, r => r.Call == "rollBack");
        Assert.Equal(RollbackState.Succeeded, evidence.Verification?.Outcome);
    }

    [Fact]
    public async Task A_restarted_engine_goes_on_with_the_evidence_of_the_one_before()
    {
        var journal = new LastingJournal();
        using (var before = Host(journal))
            await RollBackAsync(before, 10, () => before.Rollback is not null);

        using var after = Host(journal);
        after.Time.SetUtcNow((EngineHost.T0 + Duration.FromMinutes(22)).ToDateTimeOffset());
        after.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await after.RunAsync(40, () => after.Rollback?.IsFinal == true);

        var evidence = (await after.Operations.ShowAsync(after.Rollback!.EvidenceId, Cancel)).Value!;
        Assert.Equal(RollbackState.Proposed, evidence.Transitions[0].State);
        Assert.Equal(after.Rollback.State, evidence.Transitions[^1].State);
        Assert.Equal(Enumerable.Range(1, evidence.Transitions.Length), evidence.Transitions.Select(t => t.Version));
    }

    [Fact]
    public async Task Two_writes_lie_between_decision_and_effect()
    {
        var journal = new LastingJournal();
        using var host = Host(journal);
        var atCall = 0;
        await host.RunAsync(10);
        var calm = journal.Writes.Count;
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(20, () => (atCall = journal.Writes.FindIndex(w => w.Record is { AppliedAt: not null })) >= 0);

        // The write behind the call is the first that knows of its answer; before it the decision's two.
        var decided = journal.Writes.FindLastIndex(atCall, w => w.Evidence.Any(e => e.Id == host.Rollback!.EvidenceId) && w.Record?.State == RollbackState.Proposed);
        Assert.Equal(2, atCall - decided);
        Assert.Contains(journal.Writes[decided].Entries, e => e.Kind == JournalEntryKind.Decision);
        Assert.All(journal.Writes[calm..decided], w => Assert.DoesNotContain(w.Entries, e => e.EvidenceId == host.Rollback!.EvidenceId));
    }

    [Fact]
    public async Task Answers_and_pauses_are_in_the_audit_log()
    {
        using var host = Host(new LastingJournal(), RollbackMode.Approve);
        await RollBackAsync(host, 20, () => host.Rollback?.State == RollbackState.AwaitingApproval);
        Assert.True((await host.Operations.PauseAsync("checkout/production", "ada", "drill", Cancel)).IsDone);
        Assert.True((await host.Operations.ResumeAsync("checkout/production", "bob", Cancel)).IsDone);
        Assert.True((await host.Operations.RejectAsync(host.Rollback!.Id, "eve", "not now", Cancel)).IsDone);

        var people = (await LinesAsync(host)).Where(l => l.By.Length > 0).Reverse().Select(l => (l.Kind, l.Service, l.By, l.Text));
        Assert.Equal(
            [
                (JournalEntryKind.Paused, "checkout/production", "ada", "drill"),
                (JournalEntryKind.Resumed, "checkout/production", "bob", ""),
                (JournalEntryKind.Answer, "checkout/production", "eve", "rejected: not now"),
            ],
            people);
    }

    [Fact]
    public async Task What_a_crash_left_unsent_is_sent_after_the_next_start_and_then_taken_out()
    {
        var journal = new LastingJournal();
        using (var before = Host(journal, notifier: new Pager()))
            await RollBackAsync(before, 40);

        var left = (await journal.ReadOutboxAsync(Cancel)).Value;
        Assert.Contains(left, m => m.Notification.Kind == NotificationKind.Rollback && m.Notification.Text.Contains("Succeeded", StringComparison.Ordinal));

        var pager = new Pager();
        using var after = Host(journal, notifier: pager);
        var services = after.HostedServices.Where(s => s is NotificationService or OutboxService).ToList();
        foreach (var service in services)
            await service.StartAsync(Cancel);
        await EngineHost.UntilAsync(() => pager.Count == left.Length);
        foreach (var service in services)
            await service.StopAsync(Cancel);

        Assert.Equal(left.Select(m => m.Notification.Key), pager.Keys);
        Assert.Empty((await journal.ReadOutboxAsync(Cancel)).Value);
    }

    private static async Task RollBackAsync(EngineHost host, int steps, Func<bool>? until = null)
    {
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(steps, until);
    }

    private static async Task<ImmutableArray<JournalEntry>> LinesAsync(EngineHost host) => (await host.Operations.ListAsync(new JournalListRequest { Limit = 1000 }, Cancel)).Value;

    // Bad from the release on, until it is rolled back; what a rule of another service says is paged.
    private static EngineHost Host(LastingJournal journal, RollbackMode mode = RollbackMode.Automatic, Pager? notifier = null)
    {
        EngineHost? host = null;
        host = new EngineHost(
            step => EngineHost.BadFrom(host!.Platform.Calls.Count > 0 ? Instant.MaxValue : Release, 0.2)(step),
            mode,
            builder =>
            {
                builder.Services.AddSingleton<IRollbackJournal>(journal);
                if (notifier is null)
                    return;

                builder.Services.AddSingleton(new ProviderRegistration(ProviderKind.Notifier, "pager"));
                builder.Services.AddKeyedSingleton<INotifier>("pager", notifier);
                builder.AddMonitoredService("basket", "production", service => service
                    .DeployedOn("fake", "checkout")
                    .Objective("availability", 99.9m, slo => slo
                        .Events(valid: "valid", bad: "bad")
                        .RollBack("bad-release", rule: rule => rule.Notify("pager"), mode: mode)));
            });
        return host;
    }

    private sealed class Pager : INotifier
    {
        private ImmutableList<string> keys = [];

        public int Count => Volatile.Read(ref keys).Count;

        public IEnumerable<string> Keys => Volatile.Read(ref keys);

        public Task<NotificationResult> NotifyAsync(Notification notification, CancellationToken cancellationToken)
        {
            ImmutableInterlocked.Update(ref keys, (list, key) => list.Add(key), notification.Key);
            return Task.FromResult(new NotificationResult { IsDelivered = true });
        }
    }
}
