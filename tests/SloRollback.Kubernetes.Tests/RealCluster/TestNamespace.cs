using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace SloRollback.Kubernetes.Tests.RealCluster;

/// <summary>A namespace of one test's own. Its removal is not waited for: with pods in it that takes seconds.</summary>
public sealed class TestNamespace : IAsyncDisposable
{
    private TestNamespace(IKubernetes kube, string name, string kubeconfig, ControlPlane? plane)
    {
        Kube = kube;
        Name = name;
        Kubeconfig = kubeconfig;
        Plane = plane;
    }

    /// <summary>A client that may do everything.</summary>
    public IKubernetes Kube { get; }

    public string Name { get; }

    /// <summary>The kubeconfig file of a user who may do everything.</summary>
    public string Kubeconfig { get; }

    /// <summary>Our own control plane; <see langword="null"/> on a given cluster.</summary>
    public ControlPlane? Plane { get; }

    /// <summary>An image that runs: on a given cluster a real one, of which there are a few.</summary>
    /// <param name="version">1 to 9.</param>
    public string Image(int version) => Plane is null ? $"registry.k8s.io/pause:3.{version}" : $"app:v{version}";

    public static async Task<TestNamespace> CreateAsync(ControlPlane? plane, string kubeconfig)
    {
        var kube = new k8s.Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
        var name = $"slorollback-{Guid.NewGuid().ToString("N")[..10]}";
        await kube.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = name } });
        return new TestNamespace(kube, name, kubeconfig, plane);
    }

    /// <summary>Makes an object of group apps/v1, or of another group.</summary>
    public async Task<JsonObject> CreateAsync(string plural, JsonObject body, string group = "apps", string version = "v1") =>
        await Kube.CustomObjects.CreateNamespacedCustomObjectAsync<JsonObject>(body, group, version, Name, plural);

    public async Task<JsonObject> GetAsync(string plural, string name, string group = "apps", string version = "v1") =>
        await Kube.CustomObjects.GetNamespacedCustomObjectAsync<JsonObject>(group, version, Name, plural, name);

    public async Task<IReadOnlyList<JsonObject>> ListAsync(string plural, string group = "apps", string version = "v1")
    {
        var list = await Kube.CustomObjects.ListNamespacedCustomObjectAsync<JsonObject>(group, version, Name, plural);
        return [.. list["items"]!.AsArray().Select(i => i!.AsObject())];
    }

    /// <summary>Changes an object as <c>kubectl patch --type=merge</c> does.</summary>
    public async Task<JsonObject> MergeAsync(string plural, string name, string patch, string group = "apps", string version = "v1") =>
        await Kube.CustomObjects.PatchNamespacedCustomObjectAsync<JsonObject>(new V1Patch(patch, V1Patch.PatchType.MergePatch), group, version, Name, plural, name);

    /// <summary>Changes the status of an object.</summary>
    public async Task MergeStatusAsync(string plural, string name, string patch, string group = "apps", string version = "v1") =>
        await Kube.CustomObjects.PatchNamespacedCustomObjectStatusAsync<JsonObject>(new V1Patch(patch, V1Patch.PatchType.MergePatch), group, version, Name, plural, name);

    public async ValueTask DisposeAsync()
    {
        await Kube.CoreV1.DeleteNamespaceAsync(Name);
        Kube.Dispose();
    }
}
