using System.Text.Json.Nodes;
using k8s;
using SloRollback.Kubernetes.Tests.Support;

namespace SloRollback.Kubernetes.Tests.RealCluster;

/// <summary>The control plane does what the other tests take for granted.</summary>
public sealed class ControlPlaneTests(SharedCluster cluster)
{
    [Fact]
    public async Task A_deployment_becomes_available_and_pods_do_what_their_image_says()
    {
        await using var space = await cluster.CreateNamespaceAsync(needsOurOwn: true);
        await space.CreateAsync("deployments", Manifests.Deployment("web", space.Image(1)));
        await Wait.UntilAsync(async () => Available(await space.GetAsync("deployments", "web")) == 3, "three available pods");

        await space.MergeAsync("deployments", "web", Manifests.ImagePatch("broken:v2"));
        await Wait.UntilAsync(async () => (await space.Kube.CoreV1.ListNamespacedPodAsync(space.Name)).Items.Any(p => p.Status.ContainerStatuses?.Any(s => s.State.Waiting?.Reason == "ImagePullBackOff") == true), "a pod that cannot pull");
        Assert.InRange(Available(await space.GetAsync("deployments", "web")), 2, 3);
    }

    private static int Available(JsonObject workload) => workload["status"]?["availableReplicas"]?.GetValue<int>() ?? 0;
}
