using SloRollback.Deployments;
using SloRollback.Sample.Checkout;
using SloRollback.Sample.Platform;
using SloRollback.Sample.Traffic;

namespace SloRollback.EndToEnd.Tests.Platform;

public sealed class CheckoutPlatformTests
{
    private static readonly TimeProvider Time = TimeProvider.System;
    private readonly DeploymentLog log = new();

    [Fact]
    public async Task Rolling_update_under_load_answers_every_request()
    {
        await using var platform = new CheckoutPlatform([0, 0, 0], new Dependency(), log, Time);
        await platform.Release(new AppVersion("v1")).Completion;
        var ports = platform.Replicas.Select(r => r.Address!.Port).ToList();
        var meter = new TrafficMeter(Time);
        using var ending = new CancellationTokenSource();
        var load = new LoadGenerator(platform, meter, Time).RunAsync(ending.Token);

        await platform.Release(new AppVersion("v2")).Completion;
        await Waiting.UntilAsync(() => platform.Replicas.All(r => meter.Of(r.Number).PerSecond > 0), 10, () => "every replica serves");
        await ending.CancelAsync();
        await load;

        Assert.Equal(0, meter.Unanswered);
        Assert.All(platform.Replicas, r => Assert.Equal("v2", r.Version?.Name));
        Assert.Equal(ports, platform.Replicas.Select(r => r.Address!.Port));
        Assert.Equal(
            [DeploymentOutcome.InProgress, DeploymentOutcome.Completed, DeploymentOutcome.InProgress, DeploymentOutcome.Completed],
            log.Recorded.Select(d => d.Outcome));
        Assert.Equal(2, log.Recorded.Select(d => d.Id).Distinct().Count());
    }

    [Fact]
    public async Task New_process_counts_from_zero_and_says_when_it_started()
    {
        await using var platform = new CheckoutPlatform([0], new Dependency(), log, Time);
        await platform.Release(new AppVersion("v1")).Completion;
        using var http = new HttpClient { BaseAddress = platform.Replicas[0].Address };
        await http.GetStringAsync(new Uri("/checkout", UriKind.Relative), TestContext.Current.CancellationToken);
        var before = await MetricsAsync(http);
        await platform.Release(new AppVersion("v2")).Completion;
        var after = await MetricsAsync(http);

        Assert.Contains("http_requests_total{code=\"200\"} 1", before, StringComparison.Ordinal);
        Assert.DoesNotContain("http_requests_total{", after, StringComparison.Ordinal);
        Assert.Contains("process_start_time_seconds ", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Newer_release_supersedes_one_that_is_under_way()
    {
        await using var platform = new CheckoutPlatform([0, 0], new Dependency(), log, Time);
        var first = platform.Release(new AppVersion("v1"));
        var second = platform.Release(new AppVersion("v2"));
        await second.Completion;

        Assert.Equal(DeploymentOutcome.Superseded, first.Outcome);
        Assert.Equal(DeploymentOutcome.Completed, second.Outcome);
        Assert.All(platform.Replicas, r => Assert.Equal("v2", r.Version?.Name));
    }

    [Fact]
    public async Task Taken_port_makes_the_platform_give_up_instead_of_crashing()
    {
        await using var other = new CheckoutPlatform([0], new Dependency(), log, Time);
        await other.Release(new AppVersion("v1")).Completion;
        await using var platform = new CheckoutPlatform([other.Replicas[0].Address!.Port], new Dependency(), log, Time);
        var rollout = platform.Release(new AppVersion("v1"));
        await rollout.Completion;

        Assert.Equal(DeploymentOutcome.GivenUp, rollout.Outcome);
        Assert.Contains("already in use", rollout.Fault, StringComparison.Ordinal);
    }

    private static Task<string> MetricsAsync(HttpClient http) =>
        http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
}
