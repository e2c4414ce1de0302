using SloRollback.Deployments;
using SloRollback.Kubernetes.Tests.Probes;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.History;

/// <summary>History and probe of Argo Rollouts on their real API, with a stand-in for their controller.</summary>
public sealed class ArgoHistoryTests(SharedCluster cluster)
{
    private const string Workload = "rollout/web";

    [Fact]
    public async Task Good_bad_and_rolled_back_are_three_deployments_live_and_from_a_cold_start()
    {
        await using var world = new HistoryCluster(await cluster.CreateNamespaceAsync(needsOurOwn: true));
        await using var stage = await ArgoRollouts.CreateAsync(world.Space, "app:v1");
        await using var controller = ArgoRollouts.Control(world.Space);
        var history = world.StartHistory();
        await using var feed = new FeedRecorder(history, stage.Target);
        await HistoryCluster.UntilAsync(history, Workload, 1);
        await NextSecondAsync();
        await stage.DeployAsync("broken:v2");
        await HistoryCluster.UntilAsync(history, Workload, 2, DeploymentOutcome.InProgress);
        var during = await HistoryCluster.ReadAsync(world.StartHistory(), Workload);
        Assert.Equal([DeploymentOutcome.Superseded, DeploymentOutcome.InProgress], during.Select(d => d.Outcome));

        await NextSecondAsync();
        var request = await stage.PlannedAsync(await stage.RequestAsync("broken:v2"));
        Assert.Equal(RollbackResultStatus.Applied, (await stage.RollBackAsync(request)).Status);
        var live = await HistoryCluster.UntilAsync(history, Workload, 3);
        Assert.Equal(["rev 1", "rev 2", "rev 3"], live.Select(d => d.Revision.Name));
        Assert.Equal(["app:v1", "broken:v2", "app:v1"], live.Select(HistoryCluster.Tag));
        Assert.Equal([false, false, true], live.Select(d => d.IsRollback));
        Assert.Equal([DeploymentOutcome.Completed, DeploymentOutcome.Superseded, DeploymentOutcome.Completed], live.Select(d => d.Outcome));
        Assert.Equal(live[0].Revision.Id, live[2].Revision.Id);
        Assert.All(live, d => Assert.False(d.IsStartApproximate));

        // The first may have been over before the feed began.
        await Wait.UntilAsync(() => feed.Newest.TakeLast(2).SequenceEqual(live.Skip(1)), "the feed to tell of it");

        var cold = await HistoryCluster.ReadAsync(world.StartHistory(), Workload);
        Assert.Equal(live.Select(d => (d.Id, d.IsRollback, HistoryCluster.Tag(d))), cold.Select(d => (d.Id, d.IsRollback, HistoryCluster.Tag(d))));
        Assert.Equal(DeploymentOutcome.Completed, cold[^1].Outcome);
    }

    [Fact]
    public async Task What_is_no_deployment_and_what_is_a_rollback_by_somebody_else()
    {
        await using var world = new HistoryCluster(await cluster.CreateNamespaceAsync(needsOurOwn: true));
        await using var stage = await ArgoRollouts.CreateAsync(world.Space, "app:v1");
        await using var controller = ArgoRollouts.Control(world.Space);
        var history = world.StartHistory();
        await using var feed = new FeedRecorder(history, stage.Target);
        await HistoryCluster.UntilAsync(history, Workload, 1);
        await NextSecondAsync();
        await stage.DeployAsync("app:v2");
        var before = await HistoryCluster.UntilAsync(history, Workload, 2);
        await stage.MergeAsync("""{"spec":{"replicas":5}}""");
        await stage.MergeAsync("""{"metadata":{"annotations":{"note":"x"}}}""");
        await ObservedAsync(stage);
        Assert.Equal(before.Select(d => d.Id), (await HistoryCluster.ReadAsync(history, Workload)).Select(d => d.Id));
        Assert.Equal(before.Select(d => d.Id), (await HistoryCluster.ReadAsync(world.StartHistory(), Workload)).Select(d => d.Id));

        // As kubectl argo rollouts undo does: the template of before, and no mark of ours.
        await NextSecondAsync();
        await stage.DeployAsync("app:v1");
        var after = await HistoryCluster.UntilAsync(history, Workload, 3);
        Assert.Equal([false, false, true], after.Select(d => d.IsRollback));
        Assert.Equal([false, false, true], (await HistoryCluster.ReadAsync(world.StartHistory(), Workload)).Select(d => d.IsRollback));
    }

    [Fact]
    public async Task A_probe_of_the_old_revision_serves_and_is_removed_or_is_refused_with_the_reason()
    {
        await using var world = new HistoryCluster(await cluster.CreateNamespaceAsync(needsOurOwn: true));
        await using var stage = await ArgoRollouts.CreateAsync(world.Space, "app:v1");
        await using var controller = ArgoRollouts.Control(world.Space);
        await ObservedAsync(stage);
        await stage.DeployAsync("app:v2");
        await Wait.UntilAsync(async () => (await stage.RevisionsAsync()).Length == 2, "two revisions");
        await ObservedAsync(stage);
        var history = world.StartHistory();
        var before = await HistoryCluster.ReadAsync(history, Workload);

        var own = await stage.StartAsync(await stage.ProbeAsync("app:v2"));
        Assert.Equal((ProbeStatus.Refused, $"rollout/web asks for {await stage.RevisionAsync("app:v2")} itself"), (own.Status, own.Detail));
        Assert.Empty(await stage.ProbePodsAsync());

        var request = await stage.ProbeAsync();
        await stage.ServeAsync(request);
        var probe = Assert.Single(await stage.ProbePodsAsync());
        Assert.Equal("app:v1", probe.Spec.Containers[0].Image);
        Assert.Equal(["app", "slorollback.io/probe"], probe.Metadata.Labels.Keys.Order());
        Assert.Equal(("Rollout", null), (probe.Metadata.OwnerReferences[0].Kind, probe.Metadata.OwnerReferences[0].Controller));
        Assert.Equal(before.Select(d => d.Id), (await HistoryCluster.ReadAsync(history, Workload)).Select(d => d.Id));
        Assert.Equal(ProbeStatus.Removed, (await stage.RemoveAsync(request)).Status);
        await stage.GoneAsync();

        await stage.MergeAsync("""{"spec":{"template":null,"workloadRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"}}}""");
        var elsewhere = await stage.StartAsync(request);
        Assert.Equal(ProbeStatus.Refused, elsewhere.Status);
        Assert.Contains("workloadRef", elsewhere.Detail, StringComparison.Ordinal);
    }

    private static Task ObservedAsync(Stage stage) => Wait.UntilAsync(async () => (await stage.ReadAsync()).IsObserved, "the controller to see it");

    // The API's times have whole seconds.
    private static Task NextSecondAsync() => Task.Delay(TimeSpan.FromMilliseconds(1010), TestContext.Current.CancellationToken);
}
