using SloRollback.Kubernetes.Tests.Support;

namespace SloRollback.Kubernetes.Tests.RealCluster;

/// <summary>History on a control plane whose parts die and come back.</summary>
public sealed class HistoryOutageTests
{
    [Fact]
    public async Task Servers_that_restart_lose_and_invent_nothing()
    {
        Assert.SkipUnless(ControlPlane.IsAvailable, ControlPlane.SkipReason);
        await using var plane = await ControlPlane.StartAsync(TestContext.Current.CancellationToken);
        await using var world = new HistoryCluster(await TestNamespace.CreateAsync(plane));
        var history = world.StartHistory();
        await using var feed = new FeedRecorder(history, HistoryCluster.Target("deployment/web"), HistoryCluster.Target("deployment/still"));
        await world.Space.CreateAsync("deployments", Manifests.Deployment("web", "app:v1"));
        await world.Space.CreateAsync("deployments", Manifests.Deployment("still", "app:v1"));
        await HistoryCluster.UntilAsync(history, "deployment/web", 1);
        var still = await HistoryCluster.UntilAsync(history, "deployment/still", 1);

        // Dead in the middle of the watch: what is known stays, as old as it is. Afterwards its version has expired (410), since the
        // server's own memory of events begins anew, and three deployments are there of which no event told.
        await plane.KillApiServerAsync();
        var during = await HistoryCluster.AskAsync(history, "deployment/web");
        Assert.Single(during.Deployments);
        await plane.StartApiServerAsync(TestContext.Current.CancellationToken);
        foreach (var version in (int[])[2, 3])
        {
            await world.Space.MergeAsync("deployments", "web", Manifests.ImagePatch(world.Space.Image(version)));
            await world.ObservedAsync("deployments", "web");
        }

        await world.UndoAsync("web", 1);
        var live = await HistoryCluster.UntilAsync(history, "deployment/web", 4);
        Assert.Equal(["app:v1", "app:v2", "app:v3", "app:v1"], live.Select(HistoryCluster.Tag));
        Assert.Equal([false, false, false, true], live.Select(d => d.IsRollback));
        Assert.All(live.Take(3), d => Assert.False(d.IsStartApproximate));
        await Wait.UntilAsync(() => feed.Newest.Count == 5, "the feed to tell of what was missed");
        Assert.Equal(live.Take(3).Select(d => d.Id), (await HistoryCluster.ReadAsync(world.StartHistory(), "deployment/web")).Take(3).Select(d => d.Id));

        // Without controllers a change is no deployment yet.
        await plane.KillControllersAsync();
        await world.Space.MergeAsync("deployments", "web", Manifests.ImagePatch("app:v5"));
        await world.Space.MergeAsync("deployments", "web", """{"spec":{"replicas":4}}""");
        var cold = await HistoryCluster.ReadAsync(world.StartHistory(), "deployment/web");
        Assert.Equal(live.Select(d => (d.Revision, d.IsRollback)), cold.Select(d => (d.Revision, d.IsRollback)));
        Assert.NotNull(cold[^1].EndedAt);
        Assert.Equal(live, await HistoryCluster.ReadAsync(history, "deployment/web"));
        await plane.StartControllersAsync(TestContext.Current.CancellationToken);
        var after = await HistoryCluster.UntilAsync(history, "deployment/web", 5);
        Assert.Equal(live.Select(d => d.Id), after.Take(4).Select(d => d.Id));
        Assert.Equal(still, await HistoryCluster.ReadAsync(history, "deployment/still"));
        Assert.Equal(6, feed.Newest.Count);
    }
}
