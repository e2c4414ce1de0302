using System.Text.Json;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;

namespace SloRollback.Kubernetes.Tests.Documentation;

/// <summary>The page shows the files that are applied, and the worker runs as one may run anywhere.</summary>
public sealed partial class WorkerManifestTests(SharedCluster cluster)
{
    [Theory]
    [InlineData("worker.yaml")]
    [InlineData("workloads.yaml")]
    [InlineData("argo.yaml")]
    public void The_page_shows_the_file(string file)
    {
        var page = File.ReadAllText(Path.Combine(PublishedManifests.Root, "docs", "kubernetes.md"));
        Assert.Contains($"(kubernetes/{file})", page, StringComparison.Ordinal);
        Assert.Contains($"```yaml\n{PublishedManifests.Read(file)}```\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_worker_becomes_available_with_its_configuration()
    {
        await using var space = await cluster.CreateNamespaceAsync(needsOurOwn: true);
        await PublishedManifests.ApplyAsync("worker.yaml", space, space);
        await Wait.UntilAsync(async () => (await space.Kube.AppsV1.ReadNamespacedDeploymentAsync("slorollback", space.Name)).Status.AvailableReplicas == 2, "two workers");

        var map = PublishedManifests.Objects("worker.yaml").OfType<V1ConfigMap>().Single();
        using var settings = JsonDocument.Parse(map.Data["appsettings.json"]);
        Assert.True(settings.RootElement.GetProperty("SloRollback").TryGetProperty("Services", out _));
    }

    /// <summary>What the Pod Security Standard "restricted" demands.</summary>
    [Fact]
    public void The_worker_is_admitted_where_pods_are_restricted()
    {
        var pod = PublishedManifests.Objects("worker.yaml").OfType<V1Deployment>().Single().Spec.Template.Spec;
        Assert.Equal((true, "RuntimeDefault"), (pod.SecurityContext.RunAsNonRoot, pod.SecurityContext.SeccompProfile.Type));
        Assert.NotEqual(0, pod.SecurityContext.RunAsUser);
        Assert.All(pod.Containers, c =>
        {
            Assert.Equal((false, true, null), (c.SecurityContext.AllowPrivilegeEscalation, c.SecurityContext.ReadOnlyRootFilesystem, c.SecurityContext.Privileged));
            Assert.Equal(["ALL"], c.SecurityContext.Capabilities.Drop);
            Assert.Null(c.SecurityContext.Capabilities.Add);
        });
        Assert.All(pod.Volumes, v => Assert.True(v.ConfigMap is not null || v.EmptyDir is not null));
        Assert.True(pod.TerminationGracePeriodSeconds > 30);
    }

    [Fact]
    public async Task The_rights_for_argo_are_granted_as_written()
    {
        Assert.Equal(
            ["get rollouts.argoproj.io", "list rollouts.argoproj.io", "patch applications.argoproj.io", "patch rollouts.argoproj.io", "watch rollouts.argoproj.io"],
            PublishedManifests.Allowed("argo.yaml"));
        await using var space = await cluster.CreateNamespaceAsync();
        await PublishedManifests.ApplyAsync("argo.yaml", space, space);
    }

    /// <summary>Every option has its line, and no line is left over.</summary>
    [Fact]
    public void The_page_tells_every_option()
    {
        var page = File.ReadAllText(Path.Combine(PublishedManifests.Root, "docs", "kubernetes.md"));
        var told = Row().Matches(page).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal);
        Type[] options = [typeof(KubernetesOptions), typeof(KubernetesLeaseOptions)];
        Assert.Equal(options.SelectMany(o => o.GetProperties()).Select(p => p.DeclaringType == typeof(KubernetesLeaseOptions) ? $"Lease:{p.Name}" : p.Name).Order(StringComparer.Ordinal), told);
    }

    [GeneratedRegex("^\\| `([A-Za-z:]+)` \\|", RegexOptions.CultureInvariant | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();
}
