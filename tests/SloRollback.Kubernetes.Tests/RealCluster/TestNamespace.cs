using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace SloRollback.Kubernetes.Tests.RealCluster;

/// <summary>A namespace of one test's own. Its removal is not waited for: with pods in it that takes seconds.</summary>
public sealed class TestNamespace : IAsyncDisposable
{
    private readonly bool goesWithPlane;
    private bool isGone;

    private TestNamespace(IKubernetes kube, string name, string kubeconfig, bool hasStandIn, bool goesWithPlane)
    {
        this.goesWithPlane = goesWithPlane;
        Kube = kube;
        Name = name;
        Kubeconfig = kubeconfig;
        HasStandIn = hasStandIn;
    }

    /// <summary>A client that may do everything.</summary>
    public IKubernetes Kube { get; }

    public string Name { get; }

    /// <summary>The kubeconfig file of a user who may do everything.</summary>
    public string Kubeconfig { get; }

    /// <summary>The kubeconfig file of the user <c>limited</c>, beside the other.</summary>
    public string LimitedKubeconfig => Path.Combine(Path.GetDirectoryName(Kubeconfig)!, ControlPlane.LimitedName);

    /// <summary>Does the stand-in for kubelets run the pods, whatever their image?</summary>
    public bool HasStandIn { get; }

    /// <summary>An image that runs: where kubelets are real a real one, of which there are a few.</summary>
    /// <param name="version">1 to 9.</param>
    public string Image(int version) => HasStandIn ? $"app:v{version}" : $"registry.k8s.io/pause:3.{version}";

    /// <summary>Makes one on a control plane of the test's own, with which it goes: its API server may be dead by then.</summary>
    /// <param name="plane">Where.</param>
    /// <param name="name">Its name, as of a namespace elsewhere; without one it is a new one.</param>
    public static Task<TestNamespace> CreateAsync(ControlPlane plane, string? name = null) => CreateAsync(plane.Kubeconfig, hasStandIn: true, name, goesWithPlane: true);

    public static async Task<TestNamespace> CreateAsync(string kubeconfig, bool hasStandIn, string? name = null, bool goesWithPlane = false)
    {
        var kube = new k8s.Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
        name ??= $"slorollback-{Guid.NewGuid().ToString("N")[..10]}";
        await kube.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = name } });
        return new TestNamespace(kube, name, kubeconfig, hasStandIn, goesWithPlane);
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

    /// <summary>Defines a kind of objects of which the server knows nothing but the name, and waits until it serves them.</summary>
    public async Task DefineAsync(string kind, string group, string version, string plural)
    {
        var definition = JsonNode.Parse($$"""
            {
              "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": { "name": "{{plural}}.{{group}}", "annotations": { "api-approved.kubernetes.io": "unapproved, test" } },
              "spec": {
                "group": "{{group}}", "scope": "Namespaced", "names": { "kind": "{{kind}}", "plural": "{{plural}}" },
                "versions": [{ "name": "{{version}}", "served": true, "storage": true, "schema": { "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } } }]
              }
            }
            """)!.AsObject();
        await Kube.CustomObjects.CreateClusterCustomObjectAsync<JsonObject>(definition, "apiextensions.k8s.io", "v1", "customresourcedefinitions");
        await ServedAsync(plural, group, version);
    }

    /// <summary>Waits until the server serves a kind of objects that was just defined.</summary>
    public async Task ServedAsync(string plural, string group, string version)
    {
        while (true)
        {
            try
            {
                await ListAsync(plural, group, version);
                return;
            }
            catch (k8s.Autorest.HttpOperationException e) when (e.Response.StatusCode == System.Net.HttpStatusCode.NotFound)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (isGone)
            return;

        isGone = true;
        if (!goesWithPlane)
            await Kube.CoreV1.DeleteNamespaceAsync(Name);
        Kube.Dispose();
    }
}
