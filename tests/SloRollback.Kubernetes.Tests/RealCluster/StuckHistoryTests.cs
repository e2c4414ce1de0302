using k8s;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.RealCluster;

/// <summary>What the history tells of workloads that do not move: stuck, or paused.</summary>
public sealed class StuckHistoryTests(SharedCluster cluster)
{
    [Fact]
    public async Task A_StatefulSet_that_is_stuck_on_a_broken_pod_goes_on_and_is_not_lost()
    {
        await using var world = new HistoryCluster(await cluster.CreateNamespaceAsync(needsOurOwn: true));
        var history = world.StartHistory();
        await using var feed = new FeedRecorder(history, HistoryCluster.Target("statefulset/web"));
        await world.Space.CreateAsync("statefulsets", Manifests.StatefulSet("web", "app:v1"));
        await HistoryCluster.UntilAsync(history, "statefulset/web", 1);
        await NextSecondAsync();
        await world.Space.MergeAsync("statefulsets", "web", Manifests.ImagePatch("broken:v2"));
        await StuckAsync(world);
        await ToldAsync([DeploymentOutcome.Completed, DeploymentOutcome.InProgress], [false, false]);

        // Taken back as kubectl does it: Kubernetes waits for the broken pod for ever.
        await NextSecondAsync();
        await world.UndoAsync("statefulsets", "web", 1);
        await world.ObservedAsync("statefulsets", "web");
        await StuckAsync(world);
        await ToldAsync([DeploymentOutcome.Completed, DeploymentOutcome.Superseded, DeploymentOutcome.InProgress], [false, false, true]);
        await world.Space.Kube.CoreV1.DeleteNamespacedPodAsync("web-2", world.Space.Name, cancellationToken: TestContext.Current.CancellationToken);
        await ToldAsync([DeploymentOutcome.Completed, DeploymentOutcome.Superseded, DeploymentOutcome.Completed], [false, false, true]);

        // Live, in the feed, to which the first may have been no news, and from a cold start, which cannot know how a rollout ended that
        // another one followed.
        async Task ToldAsync(DeploymentOutcome[] outcomes, bool[] rollbacks)
        {
            var live = await HistoryCluster.UntilAsync(history, "statefulset/web", outcomes.Length, outcomes[^1]);
            Assert.Equal(outcomes, live.Select(d => d.Outcome));
            Assert.Equal(rollbacks, live.Select(d => d.IsRollback));
            Assert.Equal(outcomes[^1] == DeploymentOutcome.InProgress, live[^1].EndedAt is null);
            await Wait.UntilAsync(() => feed.Newest.TakeLast(live.Count - 1).SequenceEqual(live.Skip(1)), "the feed to tell the same");
            var cold = await HistoryCluster.ReadAsync(world.StartHistory(), "statefulset/web");
            Assert.Equal(live.Select(d => (d.Revision.Id, d.IsRollback, HistoryCluster.Tag(d))), cold.Select(d => (d.Revision.Id, d.IsRollback, HistoryCluster.Tag(d))));
            Assert.Equal(outcomes[^1], cold[^1].Outcome);
        }
    }

    [Fact]
    public async Task What_is_undone_while_it_is_paused_serves_when_it_is_resumed_and_not_before()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        await using var world = new HistoryCluster(stage.Space);
        var history = world.StartHistory();
        await using var feed = new FeedRecorder(history, stage.Target);
        var before = await HistoryCluster.UntilAsync(history, "deployment/web", 2);
        var request = await stage.PlannedAsync();
        await stage.MergeAsync("""{"spec":{"paused":true}}""");
        await world.ObservedAsync("deployments", "web");

        // Ours does nothing; the server would take it, as it takes that of others.
        var result = await stage.RollBackAsync(request);
        Assert.Equal((RollbackResultStatus.Refused, true), (result.Status, result.Detail.Contains("is paused", StringComparison.Ordinal)));
        Assert.DoesNotContain(stage.Interceptor.Requests, r => r.IsRollback);
        await world.UndoAsync("web", 1);
        await world.ObservedAsync("deployments", "web");
        var plan = await stage.PlanAsync(request);
        Assert.Equal((false, true), (plan.IsPossible, plan.Summary.Contains("is paused", StringComparison.Ordinal)));
        Assert.All(await stage.PodsAsync(), p => Assert.Equal("app:v2", p.Spec.Containers[0].Image));

        // The controller numbers it anew without moving a pod: it has begun, and goes on.
        foreach (var told in (IDeploymentHistory[])[history, world.StartHistory()])
        {
            var deployments = await HistoryCluster.UntilAsync(told, "deployment/web", 3, DeploymentOutcome.InProgress);
            Assert.Equal([false, false, true], deployments.Select(d => d.IsRollback));
        }

        await stage.MergeAsync("""{"spec":{"paused":false}}""");
        await stage.ServedAsync("app:v1");
        var after = await HistoryCluster.UntilAsync(history, "deployment/web", 3);
        Assert.Equal(before.Select(d => d.Id), after.Take(2).Select(d => d.Id));
        Assert.Equal(3, (await HistoryCluster.ReadAsync(world.StartHistory(), "deployment/web")).Count);
    }

    private static Task StuckAsync(HistoryCluster world) => Wait.UntilAsync(
        async () => (await world.Space.Kube.CoreV1.ListNamespacedPodAsync(world.Space.Name, cancellationToken: TestContext.Current.CancellationToken)).Items
            .Any(p => p.Metadata.DeletionTimestamp is null && p.Spec.Containers[0].Image == "broken:v2" && p.Status?.ContainerStatuses?.Count > 0),
        "a broken pod");

    // The API's times have whole seconds.
    private static Task NextSecondAsync() => Task.Delay(TimeSpan.FromMilliseconds(1010), TestContext.Current.CancellationToken);
}
