using k8s;
using k8s.Models;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Rollbacks;

/// <summary>From a revision that never became ready, and side by side with others who write.</summary>
public sealed class RecoveryTests(SharedCluster cluster)
{
    [Theory]
    [InlineData("deployment", "broken:v2")]
    [InlineData("deployment", "crash:v2")]
    [InlineData("parallel", "broken:v2")]
    [InlineData("daemonset", "unready:v2")]
    [InlineData("statefulset", "crash:v2")]
    public async Task What_never_became_ready_is_left(string kind, string image)
    {
        await using var stage = await Stage.CreateAsync(cluster, Manifests.Of(kind, "app:v1"));
        await stage.ServedAsync("app:v1");
        await stage.DeployAsync(image);
        await Wait.UntilAsync(async () => (await stage.PodsAsync()).Any(p => p.Metadata.DeletionTimestamp is null && p.Spec.Containers[0].Image == image && p.Status?.ContainerStatuses?.Count > 0), "a bad pod");
        var request = await stage.PlannedAsync(await stage.RequestAsync(image));
        Assert.Equal(RollbackResultStatus.Applied, (await stage.RollBackAsync(request)).Status);
        await stage.UntilAsync(request, RollbackProgressStatus.Completed);
        await stage.ServedAsync("app:v1");
    }

    [Fact]
    public async Task Of_two_engines_without_a_common_journal_one_rolls_back()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        await using var other = stage.WithOptions(_ => { });
        var (one, two) = (await stage.PlannedAsync(), await other.PlannedAsync(await other.RequestAsync(id: "rb-other")));
        var results = await Task.WhenAll(stage.RollBackAsync(one), other.RollBackAsync(two));
        Assert.Equal([RollbackResultStatus.Refused, RollbackResultStatus.Applied], results.Select(r => r.Status).Order());
        await stage.ServedAsync("app:v1");
    }

    [Fact]
    public async Task The_next_apply_of_an_owner_conflicts_with_ours()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        await stage.RollBackAsync(await stage.PlannedAsync());
        var manifest = Manifests.Of("deployment", "app:v2");
        var conflict = await Assert.ThrowsAsync<k8s.Autorest.HttpOperationException>(() => stage.Space.Kube.CustomObjects.PatchNamespacedCustomObjectAsync<object>(
            new V1Patch(manifest.ToJsonString(), V1Patch.PatchType.ApplyPatch), "apps", "v1", stage.Space.Name, "deployments", Stage.Name, fieldManager: "argocd-controller"));
        Assert.Contains("conflict with \\\"slorollback\\\"", conflict.Response.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pod_that_took_the_place_of_a_broken_one_is_not_deleted()
    {
        await using var stage = await Stage.CreateAsync(cluster, Manifests.Of("statefulset", "app:v1"));
        await stage.ServedAsync("app:v1");
        await stage.DeployAsync("broken:v2");
        await Wait.UntilAsync(async () => (await stage.PodsAsync()).Any(p => p.Metadata.DeletionTimestamp is null && p.Spec.Containers[0].Image == "broken:v2" && p.Status?.ContainerStatuses?.Count > 0), "a broken pod");
        var request = await stage.PlannedAsync(await stage.RequestAsync("broken:v2"));
        var isFirst = true;
        stage.Interceptor.Before = async r =>
        {
            // Somebody is faster.
            if (r.Method == "DELETE" && isFirst)
            {
                isFirst = false;
                await stage.Space.Kube.CoreV1.DeleteNamespacedPodAsync("web-2", stage.Space.Name, new V1DeleteOptions { GracePeriodSeconds = 0 });
                await stage.ServedAsync("app:v1");
            }

            return null;
        };
        Assert.Equal(RollbackResultStatus.Applied, (await stage.RollBackAsync(request)).Status);
        Assert.False(isFirst);
        Assert.Equal(1, stage.Interceptor.Conflicts);
        Assert.Equal(RollbackProgressStatus.Completed, (await stage.ProgressAsync(request)).Status);
    }
}
