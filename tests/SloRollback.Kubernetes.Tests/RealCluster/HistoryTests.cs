using k8s;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Tests.Support;

namespace SloRollback.Kubernetes.Tests.RealCluster;

/// <summary>What the history tells of workloads on a real control plane, live and after a restart.</summary>
public sealed class HistoryTests(SharedCluster cluster)
{
    [Fact]
    public async Task Good_bad_and_undone_are_three_deployments_and_the_last_is_a_rollback()
    {
        await using var world = new HistoryCluster(await cluster.CreateNamespaceAsync(needsOurOwn: true));
        var history = world.StartHistory();
        await using var feed = new FeedRecorder(history, HistoryCluster.Target("deployment/web"));
        var manifest = Manifests.Deployment("web", "app:v1");
        manifest["metadata"]!["annotations"] = new System.Text.Json.Nodes.JsonObject { ["kubernetes.io/change-cause"] = "release 1" };
        await world.Space.CreateAsync("deployments", manifest);
        await HistoryCluster.UntilAsync(history, "deployment/web", 1);
        await world.Space.MergeAsync("deployments", "web", $$"""{"metadata":{"annotations":{"kubernetes.io/change-cause":"release 2"} },{{Manifests.ImagePatch("broken:v2")[1..]}}""");
        await HistoryCluster.UntilAsync(history, "deployment/web", 2, DeploymentOutcome.InProgress);
        await NextSecondAsync();
        await world.UndoAsync("web", 1);
        var live = await HistoryCluster.UntilAsync(history, "deployment/web", 3);

        Assert.Equal(["rev 1", "rev 2", "rev 3"], live.Select(d => d.Revision.Name));
        Assert.Equal([false, false, true], live.Select(d => d.IsRollback));
        Assert.Equal([DeploymentOutcome.Completed, DeploymentOutcome.Superseded, DeploymentOutcome.Completed], live.Select(d => d.Outcome));
        Assert.Equal(["app:v1", "broken:v2", "app:v1"], live.Select(HistoryCluster.Tag));
        Assert.Equal(live[0].Revision.Id, live[2].Revision.Id);
        Assert.NotEqual(live[0].Revision.Id, live[1].Revision.Id);
        Assert.All(live, d => Assert.False(d.IsStartApproximate));
        Assert.Equal(live[2].StartedAt, live[1].EndedAt);

        // What a template-only patch made the controller write over the old ReplicaSet is not what was said of the first deployment.
        Assert.Equal(["release 1", "release 2"], live.Take(2).Select(d => d.ChangeCause));

        await Wait.UntilAsync(() => feed.Newest.Count == 3 && feed.Newest[2].Outcome == DeploymentOutcome.Completed, "the feed to tell of it");

        // Digests are learnt from pods, at a time of their own.
        Assert.Equal(live.Select(d => d with { Images = "" }), feed.Newest.Select(d => d with { Images = "" }));

        var cold = await HistoryCluster.ReadAsync(world.StartHistory(), "deployment/web");
        Assert.Equal(live.Select(d => (d.Id, d.IsRollback)), cold.Select(d => (d.Id, d.IsRollback)));
        Assert.Equal(["app:v1", "broken:v2", "app:v1"], cold.Select(d => d.Images));
        Assert.Equal((live[2].Outcome, live[2].EndedAt), (cold[2].Outcome, cold[2].EndedAt));
    }

    [Theory]
    [InlineData("deployment")]
    [InlineData("statefulset")]
    [InlineData("daemonset")]
    public async Task A_rollout_that_is_seen_to_end_tells_the_digests_of_its_images(string kind)
    {
        await using var world = new HistoryCluster(await cluster.CreateNamespaceAsync(needsOurOwn: true));
        var history = world.StartHistory();
        var workload = $"{kind}/web";
        await using var feed = new FeedRecorder(history, HistoryCluster.Target(workload));
        await world.Space.CreateAsync($"{kind}s", Manifests.Of(kind, "app:v1"));
        await HistoryCluster.UntilAsync(history, workload, 1);
        await NextSecondAsync();
        await world.Space.MergeAsync($"{kind}s", "web", Manifests.ImagePatch("app:slow1500"));
        await Wait.UntilAsync(() => feed.Newest.Any(d => d.Images == "app:slow1500" && d.EndedAt is null), "the rollout to be seen");

        // What somebody else's pod with the same labels runs is not of the release.
        await world.Space.Kube.CoreV1.CreateNamespacedPodAsync(
            new k8s.Models.V1Pod
            {
                Metadata = new() { Name = "stranger", Labels = new Dictionary<string, string> { ["app"] = "web", ["tier"] = "other" } },
                Spec = new() { Containers = [new() { Name = "app", Image = "stranger:v1" }] },
            },
            world.Space.Name,
            cancellationToken: TestContext.Current.CancellationToken);
        await Wait.UntilAsync(() => feed.Newest.Any(d => d.Outcome == DeploymentOutcome.Completed && HistoryCluster.Tag(d) == "app:slow1500"), "its end to be told");
        Assert.Equal(Kubelet.Digested("app:slow1500"), feed.Newest[^1].Images);
        Assert.Equal(feed.Newest[^1], (await HistoryCluster.ReadAsync(history, workload))[^1]);
    }

    [Theory]
    [InlineData("statefulset", "statefulsets")]
    [InlineData("daemonset", "daemonsets")]
    public async Task Workloads_with_controller_revisions_tell_the_same(string kind, string plural)
    {
        await using var world = new HistoryCluster(await cluster.CreateNamespaceAsync());
        var history = world.StartHistory();
        var workload = $"{kind}/web";
        await using var feed = new FeedRecorder(history, HistoryCluster.Target(workload));
        var image = world.Space.Image;
        await world.Space.CreateAsync(plural, kind == "daemonset" ? Manifests.DaemonSet("web", image(1)) : Manifests.StatefulSet("web", image(1), replicas: 2));
        await HistoryCluster.UntilAsync(history, workload, 1);
        await NextSecondAsync();
        await world.Space.MergeAsync(plural, "web", Manifests.ImagePatch(image(2)));
        await HistoryCluster.UntilAsync(history, workload, 2);
        await NextSecondAsync();
        await world.UndoAsync(plural, "web", 1);
        var live = await HistoryCluster.UntilAsync(history, workload, 3);
        await NextSecondAsync();

        // No deployment: it is scaled, told something, and loses a pod.
        await world.Space.MergeAsync(plural, "web", """{"metadata":{"annotations":{"note":"x"},"labels":{"team":"y"}}}""");
        if (kind == "statefulset")
            await world.Space.MergeAsync(plural, "web", """{"spec":{"replicas":1}}""");
        await world.Space.Kube.CoreV1.DeleteCollectionNamespacedPodAsync(world.Space.Name, labelSelector: "app=web", cancellationToken: TestContext.Current.CancellationToken);
        await world.Space.MergeAsync(plural, "web", Manifests.ImagePatch(image(3)));
        live = await HistoryCluster.UntilAsync(history, workload, 4);

        Assert.Equal(["rev 1", "rev 2", "rev 3", "rev 4"], live.Select(d => d.Revision.Name));
        Assert.Equal([false, false, true, false], live.Select(d => d.IsRollback));
        Assert.Equal([image(1), image(2), image(1), image(3)], live.Select(HistoryCluster.Tag));
        Assert.All(live, d => Assert.Equal((DeploymentOutcome.Completed, false), (d.Outcome, d.IsStartApproximate)));
        Assert.All(live, d => Assert.InRange(d.EndedAt!.Value, d.StartedAt, d.StartedAt + Duration.FromSeconds(20)));

        var cold = await HistoryCluster.ReadAsync(world.StartHistory(), workload);
        Assert.Equal(live.Select(d => (d.Revision.Id, d.IsRollback, HistoryCluster.Tag(d))), cold.Select(d => (d.Revision.Id, d.IsRollback, HistoryCluster.Tag(d))));
        Assert.Equal(DeploymentOutcome.Completed, cold[^1].Outcome);

        // When a ControllerRevision came back, old servers do not note; it is never guessed to be known.
        Assert.All(live.Zip(cold), d => Assert.True(d.First.Id == d.Second.Id || (d.First.IsRollback && d.Second.IsStartApproximate)));
    }

    [Fact]
    public async Task What_is_no_deployment_and_what_is_one()
    {
        await using var world = new HistoryCluster(await cluster.CreateNamespaceAsync());
        var space = world.Space;
        var history = world.StartHistory();
        await using var feed = new FeedRecorder(history, HistoryCluster.Target("deployment/web"));
        await space.CreateAsync("deployments", Manifests.Deployment("web", space.Image(1)));
        var first = await HistoryCluster.UntilAsync(history, "deployment/web", 1);

        await space.MergeAsync("deployments", "web", """{"spec":{"replicas":5}}""");
        await space.MergeAsync("deployments", "web", """{"metadata":{"annotations":{"note":"x"},"labels":{"team":"y"}}}""");
        await space.MergeAsync("deployments", "web", """{"spec":{"paused":true}}""");
        await space.MergeAsync("deployments", "web", """{"spec":{"paused":false,"progressDeadlineSeconds":500,"revisionHistoryLimit":7}}""");
        await space.Kube.CoreV1.DeleteCollectionNamespacedPodAsync(space.Name, labelSelector: "app=web", cancellationToken: TestContext.Current.CancellationToken);

        // An exported manifest brings the revision's number along, and the hash label of a pod.
        await space.MergeAsync("deployments", "web", """{"metadata":{"annotations":{"deployment.kubernetes.io/revision":"7"}}}""");
        var hash = (await space.ListAsync("replicasets"))[0]["metadata"]!["labels"]!["pod-template-hash"]!.GetValue<string>();
        await space.MergeAsync("deployments", "web", $$"""{"spec":{"template":{"metadata":{"labels":{"pod-template-hash":"{{hash}}"} } } } }""");
        await world.ObservedAsync("deployments", "web");

        // A change while it is paused is one as soon as the controller acts on it, and not before.
        await space.MergeAsync("deployments", "web", """{"spec":{"paused":true}}""");
        await space.MergeAsync("deployments", "web", Manifests.ImagePatch(space.Image(2)));
        await world.ObservedAsync("deployments", "web");
        Assert.Equal(first.Select(d => d.Id), (await HistoryCluster.ReadAsync(history, "deployment/web")).Select(d => d.Id));
        Assert.Equal(first.Select(d => d.Id), (await HistoryCluster.ReadAsync(world.StartHistory(), "deployment/web")).Select(d => d.Id));
        await space.MergeAsync("deployments", "web", """{"spec":{"paused":false}}""");
        await HistoryCluster.UntilAsync(history, "deployment/web", 2);

        // As kubectl rollout restart does.
        await space.MergeAsync("deployments", "web", """{"spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"2026-03-01T12:00:00Z"}}}}}""");
        var all = await HistoryCluster.UntilAsync(history, "deployment/web", 3);
        Assert.Equal([space.Image(1), space.Image(2), space.Image(2)], all.Select(HistoryCluster.Tag));
        Assert.All(all, d => Assert.False(d.IsRollback));
        Assert.Equal(all.Select(d => d.Id), feed.Newest.Select(d => d.Id));
        Assert.Equal(all.Select(d => d.Id), (await HistoryCluster.ReadAsync(world.StartHistory(), "deployment/web")).Select(d => d.Id));
    }

    [Fact]
    public async Task A_rollout_that_misses_its_deadline_was_given_up_and_may_still_complete()
    {
        await using var world = new HistoryCluster(await cluster.CreateNamespaceAsync(needsOurOwn: true));
        var history = world.StartHistory();
        await using var feed = new FeedRecorder(history, HistoryCluster.Target("deployment/web"));
        await world.Space.CreateAsync("deployments", Manifests.Deployment("web", "app:v1"));
        await HistoryCluster.UntilAsync(history, "deployment/web", 1);
        await world.Space.MergeAsync("deployments", "web", """{"spec":{"progressDeadlineSeconds":3}}""");
        await world.Space.MergeAsync("deployments", "web", Manifests.ImagePatch("unready:v2"));
        var given = await HistoryCluster.UntilAsync(history, "deployment/web", 2, DeploymentOutcome.GivenUp);
        Assert.True(given[1].EndedAt > given[1].StartedAt);
        Assert.Equal(given[1], (await HistoryCluster.ReadAsync(world.StartHistory(), "deployment/web"))[1]);
    }

    [Fact]
    public async Task Our_own_rollback_is_recognised_by_its_marks()
    {
        // Nothing but the mark tells: no old ReplicaSet is kept.
        await using var world = new HistoryCluster(await cluster.CreateNamespaceAsync());
        var manifest = Manifests.Deployment("web", world.Space.Image(1));
        manifest["spec"]!["revisionHistoryLimit"] = 0;
        await world.Space.CreateAsync("deployments", manifest);
        var history = world.StartHistory();
        var first = (await HistoryCluster.UntilAsync(history, "deployment/web", 1))[0];
        await world.Space.MergeAsync("deployments", "web", Manifests.ImagePatch(world.Space.Image(2)));
        // Of the second: before the controller has seen the patch there is one ReplicaSet as well, and the first is completed.
        await Wait.UntilAsync(async () => (await HistoryCluster.ReadAsync(history, "deployment/web")) is [.., { Outcome: DeploymentOutcome.Completed } second] && second.Id != first.Id && (await world.Space.ListAsync("replicasets")).Count == 1, "the old ReplicaSet to go");
        await world.Space.MergeAsync("deployments", "web", $$"""{"metadata":{"annotations":{"slorollback.io/rollback-id":"r1","slorollback.io/rollback-to":"{{first.Revision.Id}}"} },{{Manifests.ImagePatch(world.Space.Image(1))[1..]}}""");

        await Wait.UntilAsync(async () => (await HistoryCluster.AskAsync(history, "deployment/web")).Deployments is [.., { Outcome: DeploymentOutcome.Completed } last] && last.Revision.Id == first.Revision.Id && last.Id != first.Id, "the rollback");
        Assert.True((await HistoryCluster.ReadAsync(history, "deployment/web"))[^1].IsRollback);
        Assert.True((await HistoryCluster.ReadAsync(world.StartHistory(), "deployment/web"))[^1].IsRollback);
    }

    [Fact]
    public async Task What_is_not_there_or_made_anew_is_told()
    {
        await using var world = new HistoryCluster(await cluster.CreateNamespaceAsync());
        var history = world.StartHistory();
        Assert.Contains("there is no deployment web in namespace", (await HistoryCluster.AskAsync(history, "deployment/web")).Unavailable, StringComparison.Ordinal);
        Assert.Contains("is not a cluster", (await history.ReadAsync(new DeploymentHistoryRequest { Target = HistoryCluster.Target("deployment/web") with { Infrastructure = "mars" } }, TestContext.Current.CancellationToken)).Unavailable, StringComparison.Ordinal);

        await using var feed = new FeedRecorder(history, HistoryCluster.Target("deployment/web"));
        await world.Space.CreateAsync("deployments", Manifests.Deployment("web", world.Space.Image(1)));
        var first = Assert.Single(await HistoryCluster.UntilAsync(history, "deployment/web", 1));
        await world.Space.Kube.AppsV1.DeleteNamespacedDeploymentAsync("web", world.Space.Name, propagationPolicy: "Background", cancellationToken: TestContext.Current.CancellationToken);
        await Wait.UntilAsync(async () => (await HistoryCluster.AskAsync(history, "deployment/web")).Unavailable is not null, "the deletion to be told");
        await world.Space.CreateAsync("deployments", Manifests.Deployment("web", world.Space.Image(1)));
        var second = Assert.Single(await HistoryCluster.UntilAsync(history, "deployment/web", 1));
        Assert.NotEqual(first.WorkloadUid, second.WorkloadUid);

        // Not its id: the controller salts the hash while the old ReplicaSet of that name is still being removed.
        Assert.Equal(HistoryCluster.Tag(first), HistoryCluster.Tag(second));
        Assert.Equal([first.Id, second.Id], feed.Items.Select(d => d.Id).Distinct());
    }

    // The API's times have whole seconds: of what came back within the second of the rollout before, they do not tell when.
    private static Task NextSecondAsync() => Task.Delay(TimeSpan.FromMilliseconds(1010), TestContext.Current.CancellationToken);
}
