using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Kubernetes.Workloads;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Rollbacks;

/// <summary>How far an accepted rollback has come, and whether it is still in place.</summary>
public sealed class ProgressTests(SharedCluster cluster)
{
    [Fact]
    public async Task It_is_in_progress_until_the_new_pods_are_available()
    {
        await using var stage = await Stage.CreateAsync(cluster, Manifests.Of("deployment", "app:slow1500"));
        await stage.ServedAsync("app:slow1500");
        await stage.DeployAsync("app:v2");
        await stage.ServedAsync("app:v2");
        var request = await stage.PlannedAsync(await stage.RequestAsync("app:v2", "app:slow1500"));
        await stage.RollBackAsync(request);
        var going = await stage.ProgressAsync(request);
        Assert.Equal(RollbackProgressStatus.InProgress, going.Status);
        Assert.Null(going.CompletedAt);
        await stage.UntilAsync(request, RollbackProgressStatus.Completed);
    }

    [Fact]
    public async Task Without_progress_before_the_deadline_it_has_failed()
    {
        await using var stage = await Stage.CreateAsync(cluster, Manifests.Of("deployment", "app:v1"));
        await stage.MergeAsync("""{"spec":{"progressDeadlineSeconds":3}}""");
        await stage.ServedAsync("app:v1");
        await stage.DeployAsync("broken:v2");
        await Wait.UntilAsync(async () => (await stage.PodsAsync()).Any(p => p.Spec.Containers[0].Image == "broken:v2"), "the broken revision");
        await stage.DeployAsync("app:v3");
        await stage.ServedAsync("app:v3");

        var request = await stage.PlannedAsync(await stage.RequestAsync("app:v3", "broken:v2"));
        await stage.RollBackAsync(request);
        var failed = await stage.UntilAsync(request, RollbackProgressStatus.Failed);
        Assert.Contains("no progress within 3 s", failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_deadline_that_the_release_missed_is_not_the_rollbacks()
    {
        await using var stage = await Stage.CreateAsync(cluster, Manifests.Of("deployment", "app:v1"));
        await stage.MergeAsync("""{"spec":{"progressDeadlineSeconds":2,"strategy":{"type":"Recreate","rollingUpdate":null} } }""");
        await stage.ServedAsync("app:v1");
        await stage.DeployAsync("unready:v2");
        await Wait.UntilAsync(async () => (await stage.ReadAsync()).Condition("Progressing")?.Text("reason") == "ProgressDeadlineExceeded", "the release to miss its deadline");

        // Its pods take their time to end, and until then the controller says nothing new.
        var space = stage.Space;
        foreach (var pod in await stage.PodsAsync())
            await space.Kube.CoreV1.PatchNamespacedPodAsync(new V1Patch("""{"metadata":{"finalizers":["example.com/slow"]}}""", V1Patch.PatchType.MergePatch), pod.Metadata.Name, space.Name);
        var request = await stage.PlannedAsync(await stage.RequestAsync("unready:v2"));
        Assert.Equal(RollbackResultStatus.Applied, (await stage.RollBackAsync(request)).Status);
        await Wait.UntilAsync(
            async () =>
            {
                var going = await stage.ProgressAsync(request);
                Assert.True(going.Status == RollbackProgressStatus.InProgress, $"{going.Status}: {going.Detail}");
                return (await stage.ReadAsync()).IsObserved && (await stage.PodsAsync()).All(p => p.Metadata.DeletionTimestamp is not null);
            },
            "the controller to end the release's pods");

        foreach (var pod in await stage.PodsAsync())
            await space.Kube.CoreV1.PatchNamespacedPodAsync(new V1Patch("""{"metadata":{"finalizers":null}}""", V1Patch.PatchType.MergePatch), pod.Metadata.Name, space.Name);
        await stage.UntilAsync(request, RollbackProgressStatus.Completed);
    }

    [Theory]
    [MemberData(nameof(RollbackTests.Kinds), MemberType = typeof(RollbackTests))]
    public async Task What_somebody_else_changes_afterwards_is_told(string kind)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, kind);
        var request = await stage.PlannedAsync();
        await stage.RollBackAsync(request);
        await stage.UntilAsync(request, RollbackProgressStatus.Completed);
        await stage.MergeAsync("""{"metadata":{"annotations":{"note":"seen"},"labels":{"tier":"front"}}}""");
        await stage.UntilAsync(request, RollbackProgressStatus.Completed);

        await stage.DeployAsync("app:v2");
        var reverted = await stage.ProgressAsync(request);
        Assert.Equal(RollbackProgressStatus.RevertedByOther, reverted.Status);
        Assert.Contains("another pod template", reverted.Detail, StringComparison.Ordinal);
        await stage.ServedAsync("app:v2");
        Assert.Equal(RollbackProgressStatus.RevertedByOther, (await stage.ProgressAsync(request)).Status);

        // Called for again it is not made again: it was applied once.
        Assert.Equal(RollbackResultStatus.Applied, (await stage.RollBackAsync(request)).Status);
        Assert.Equal("app:v2", (await stage.ReadAsync()).Template!.Value.GetProperty("spec").GetProperty("containers")[0].GetProperty("image").GetString());
    }

    [Theory]
    [MemberData(nameof(RollbackTests.Kinds), MemberType = typeof(RollbackTests))]
    public async Task Whoever_replaces_the_whole_object_takes_the_marks_and_is_found_out(string kind)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, kind);
        var request = await stage.PlannedAsync();
        await stage.RollBackAsync(request);
        await stage.UntilAsync(request, RollbackProgressStatus.Completed);

        // Our marks go, the template stays.
        await ReplaceAsync(stage, "app:v1");
        await stage.ServedAsync("app:v1");
        await stage.UntilAsync(request, RollbackProgressStatus.Completed);

        await ReplaceAsync(stage, "app:v2");
        await stage.ServedAsync("app:v2");
        Assert.Equal(RollbackProgressStatus.RevertedByOther, (await stage.ProgressAsync(request)).Status);
        Assert.Equal(RollbackResultStatus.Refused, (await stage.RollBackAsync(request)).Status);
    }

    [Fact]
    public async Task What_is_gone_was_not_left_in_place()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        var request = await stage.PlannedAsync();
        await stage.RollBackAsync(request);
        await stage.Space.Kube.AppsV1.DeleteNamespacedDeploymentAsync(Stage.Name, stage.Space.Name);
        await Wait.UntilAsync(async () => (await stage.ProgressAsync(request)).Status == RollbackProgressStatus.RevertedByOther, "the deletion is told");
    }

    [Fact]
    public async Task A_stateful_set_that_waits_for_its_broken_pod_is_freed()
    {
        await using var stage = await BrokenAsync(o => { });
        var request = await stage.PlannedAsync(await stage.RequestAsync("broken:v2"));
        var result = await stage.RollBackAsync(request);
        Assert.True(result.Status == RollbackResultStatus.Applied, result.Detail);
        await stage.UntilAsync(request, RollbackProgressStatus.Completed);
        await stage.ServedAsync("app:v1");
        Assert.Single(stage.Interceptor.Requests, r => r.Method == "DELETE");
    }

    [Fact]
    public async Task A_crash_before_it_is_freed_is_made_up_for_when_progress_is_asked_for()
    {
        await using var stage = await BrokenAsync(o => { });
        var request = await stage.PlannedAsync(await stage.RequestAsync("broken:v2"));
        stage.Interceptor.Before = r => Task.FromResult(r.Method == "DELETE" ? Interceptor.Status(503, "ServiceUnavailable") : null);
        var result = await stage.RollBackAsync(request);
        Assert.Equal(RollbackResultStatus.Applied, result.Status);
        Assert.Contains("could not be deleted", result.Detail, StringComparison.Ordinal);
        Assert.Equal(RollbackProgressStatus.InProgress, (await stage.ProgressAsync(request)).Status);

        stage.Interceptor.Before = _ => Task.FromResult<HttpResponseMessage?>(null);
        Assert.Contains("deleted the broken pod web-2", (await stage.ProgressAsync(request)).Detail, StringComparison.Ordinal);
        await stage.UntilAsync(request, RollbackProgressStatus.Completed);
    }

    [Fact]
    public async Task It_is_not_freed_when_the_option_is_off()
    {
        await using var stage = await BrokenAsync(o => o.FreeStuckStatefulSets = false);
        var request = await stage.PlannedAsync(await stage.RequestAsync("broken:v2"));
        await stage.RollBackAsync(request);
        await Wait.UntilAsync(async () => (await stage.ReadAsync()).IsObserved, "the controller has seen it");
        Assert.Equal(RollbackProgressStatus.InProgress, (await stage.ProgressAsync(request)).Status);
        Assert.Contains((await stage.PodsAsync()), p => p.Spec.Containers[0].Image == "broken:v2");
        Assert.DoesNotContain(stage.Interceptor.Requests, r => r.Method == "DELETE");
    }

    private async Task<Stage> BrokenAsync(Action<KubernetesOptions> configure)
    {
        var stage = await Stage.CreateAsync(cluster, Manifests.Of("statefulset", "app:v1"), configure);
        await stage.ServedAsync("app:v1");
        await stage.DeployAsync("broken:v2");
        await Wait.UntilAsync(async () => (await stage.PodsAsync()).Any(p => p.Metadata.DeletionTimestamp is null && p.Spec.Containers[0].Image == "broken:v2" && p.Status?.ContainerStatuses?.Count > 0), "a broken pod");
        return stage;
    }

    private static async Task ReplaceAsync(Stage stage, string image)
    {
        await Wait.UntilAsync(
            async () =>
            {
                var live = await stage.GetAsync();
                live["metadata"]!.AsObject().Remove("annotations");
                live["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = image;
                try
                {
                    await stage.Space.Kube.CustomObjects.ReplaceNamespacedCustomObjectAsync<JsonObject>(live, "apps", "v1", stage.Space.Name, stage.Kind.Plural, Stage.Name);
                    return true;
                }
                catch (k8s.Autorest.HttpOperationException e) when (e.Response.StatusCode == System.Net.HttpStatusCode.Conflict)
                {
                    return false;
                }
            },
            "the object is replaced");
    }
}
