using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NodaTime;
using SloRollback.Hosting.Notifications;
using SloRollback.Notifications;
using SloRollback.Objectives;
using SloRollback.Policies;

namespace SloRollback.Hosting.Tests.Running;

public sealed class NotificationTests
{
    private static readonly Instant Release = EngineHost.T0 + Duration.FromMinutes(10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_notifier_that_hangs_holds_up_no_rollback()
    {
        var pager = new Pager { Answer = () => new TaskCompletionSource<NotificationResult>().Task };
        using var host = Host(pager);
        var sender = await StartAsync(host);
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(10);

        Assert.Single(host.Platform.Calls);
        await sender.StopAsync(new CancellationToken(canceled: true));
    }

    [Fact]
    public async Task A_transient_failure_is_tried_again_and_then_told()
    {
        var failures = 2;
        var pager = new Pager { Answer = () => Task.FromResult(new NotificationResult { IsDelivered = failures-- <= 0, IsTransient = true, Detail = "503" }) };
        using var host = Host(pager);
        var sender = await StartAsync(host);
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(20);
        await EngineHost.UntilAsync(() =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(1));
            return pager.Delivered.Any(n => n.Kind == NotificationKind.Rollback);
        });

        Assert.Equal(pager.Delivered.Count, pager.Delivered.Select(n => n.Key).Distinct().Count());
        Assert.Contains(pager.Delivered, n => n.Kind == NotificationKind.EpisodeBegan);
        Assert.Contains(pager.Delivered, n => n.Kind == NotificationKind.Decision && n.EvidenceId.Length > 0);
        Assert.Equal(0, host.Log.Count(5002));

        await sender.StopAsync(new CancellationToken(canceled: true));
    }

    [Fact]
    public async Task A_failure_that_lasts_is_told()
    {
        using var host = Host(new Pager { Answer = () => throw new InvalidOperationException("no such channel") });
        var sender = await StartAsync(host);
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(10);
        await EngineHost.UntilAsync(() =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(1));
            return host.Log.Count(5002) > 1;
        });
        await sender.StopAsync(new CancellationToken(canceled: true));
    }

    [Fact]
    public async Task What_waits_when_the_host_ends_is_sent()
    {
        var pager = new Pager { Answer = () => Task.FromResult(new NotificationResult { IsDelivered = true }) };
        using var host = Host(pager);
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(10);
        Assert.Empty(pager.Delivered);

        var sender = await StartAsync(host);
        await sender.StopAsync(Cancel);
        Assert.Contains(pager.Delivered, n => n.Kind == NotificationKind.Decision);
    }

    private static EngineHost Host(Pager pager) => new(EngineHost.BadFrom(Release, 0.2), more: b =>
    {
        b.Services.AddSingleton(new ProviderRegistration(ProviderKind.Notifier, "pager"));
        b.Services.TryAddKeyedSingleton<INotifier>("pager", pager);
        b.AddMonitoredService("basket", "production", service => service
            .DeployedOn("fake", "checkout")
            .Objective("availability", 99.9m, CompliancePeriod.Rolling(30), slo => slo
                .Events(valid: "valid", bad: "bad")
                .RollBack("bad-release", rule: rule => rule.Notify("pager"), mode: SloRollback.Rollbacks.RollbackMode.Automatic)
                .NotifyWhen("page", new BurnRateCondition { Lookback = Duration.FromHours(1), Above = 14.4m }, "pager")));
    });

    private static async Task<NotificationService> StartAsync(EngineHost host)
    {
        var sender = host.HostedServices.OfType<NotificationService>().Single();
        await sender.StartAsync(Cancel);
        return sender;
    }

    private sealed class Pager : INotifier
    {
        private readonly List<Notification> delivered = [];

        public required Func<Task<NotificationResult>> Answer { get; set; }

        public IReadOnlyList<Notification> Delivered
        {
            get
            {
                lock (delivered) return [.. delivered];
            }
        }

        public async Task<NotificationResult> NotifyAsync(Notification notification, CancellationToken cancellationToken)
        {
            var answer = await Answer();
            if (!answer.IsDelivered)
                return answer;

            lock (delivered) delivered.Add(notification);
            return answer;
        }
    }
}
