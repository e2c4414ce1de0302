using k8s;
using SloRollback.Kubernetes.Tests.RealCluster;

[assembly: AssemblyFixture(typeof(SharedCluster))]

namespace SloRollback.Kubernetes.Tests.RealCluster;

/// <summary>
/// The cluster that all tests of a run share: the one whose kubeconfig <c>SLOROLLBACK_TEST_KUBECONFIG</c> names, else a control plane of
/// our own. It is started when the first test asks for it.
/// </summary>
public sealed class SharedCluster : IAsyncDisposable
{
    private readonly Lazy<Task<ControlPlane?>> plane = new(StartAsync);

    private readonly Lazy<Task<bool>> standIn = new(FindStandInAsync);

    private static string? Given => Environment.GetEnvironmentVariable("SLOROLLBACK_TEST_KUBECONFIG") is { Length: > 0 } named ? named : null;

    /// <summary>Makes a namespace for one test; skips the test where there is no cluster.</summary>
    /// <param name="needsOurOwn">
    /// Does the test need what our own control plane has: broken and crashing images, the user <c>limited</c>? A given one has it if its
    /// node is the stand-in and <c>limited.kubeconfig</c> lies beside its kubeconfig.
    /// </param>
    public async Task<TestNamespace> CreateNamespaceAsync(bool needsOurOwn = false)
    {
        Assert.SkipWhen(Given is null && !ControlPlane.IsAvailable, ControlPlane.SkipReason);
        var own = await plane.Value;
        if (Given is not { } given)
            return await TestNamespace.CreateAsync(own!.Kubeconfig, hasStandIn: true);

        var hasStandIn = await standIn.Value;
        Assert.SkipWhen(!hasStandIn && needsOurOwn, "needs a control plane with the stand-in for kubelets and the user limited, which that of SLOROLLBACK_TEST_KUBECONFIG has not");
        return await TestNamespace.CreateAsync(given, hasStandIn);
    }

    public async ValueTask DisposeAsync()
    {
        // Why it did not start was told by the tests.
        if (plane is { IsValueCreated: true, Value.IsFaulted: false } && await plane.Value is { } own)
            await own.DisposeAsync();
    }

    private static async Task<bool> FindStandInAsync()
    {
        if (!File.Exists(Path.Combine(Path.GetDirectoryName(Given)!, ControlPlane.LimitedName)))
            return false;

        using var kube = new k8s.Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(Given));
        return (await kube.CoreV1.ListNodeAsync()).Items.Any(n => n.Metadata.Name == Kubelet.Node);
    }

    private static async Task<ControlPlane?> StartAsync() => Given is null ? await ControlPlane.StartAsync() : null;
}
