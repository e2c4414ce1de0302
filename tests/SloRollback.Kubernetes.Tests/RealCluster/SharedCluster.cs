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

    private static string? Given => Environment.GetEnvironmentVariable("SLOROLLBACK_TEST_KUBECONFIG") is { Length: > 0 } named ? named : null;

    /// <summary>Makes a namespace for one test; skips the test where there is no cluster.</summary>
    /// <param name="needsOurOwn">Does the test need what only our own control plane has: broken and crashing images, the user <c>limited</c>?</param>
    public async Task<TestNamespace> CreateNamespaceAsync(bool needsOurOwn = false)
    {
        Assert.SkipWhen(Given is null && !ControlPlane.IsAvailable, ControlPlane.SkipReason);
        Assert.SkipWhen(Given is not null && needsOurOwn, "needs a control plane with the stand-in for kubelets, not SLOROLLBACK_TEST_KUBECONFIG");
        var own = await plane.Value;
        return await TestNamespace.CreateAsync(own, Given ?? own!.Kubeconfig);
    }

    public async ValueTask DisposeAsync()
    {
        // Why it did not start was told by the tests.
        if (plane is { IsValueCreated: true, Value.IsFaulted: false } && await plane.Value is { } own)
            await own.DisposeAsync();
    }

    private static async Task<ControlPlane?> StartAsync() => Given is null ? await ControlPlane.StartAsync() : null;
}
