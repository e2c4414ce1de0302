using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Clusters;
using SloRollback.Kubernetes.Tests.Documentation;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Leases;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Reaching;

/// <summary>
/// A host that finds its cluster as a pod does: by the files that the kubelet mounts and the two variables. The token is a real one of the
/// published service account, the authority the API server's.
/// </summary>
public sealed class InClusterTests(SharedCluster cluster) : IAsyncLifetime
{
    private const string Account = "slorollback";

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("slorollback-pod-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync()
    {
        directory.Delete(recursive: true);
        return default;
    }

    [Fact]
    public async Task Without_any_setting_a_pod_reaches_its_own_cluster_and_namespace_with_its_account()
    {
        await using var space = await cluster.CreateNamespaceAsync(needsOurOwn: true);
        await PublishedManifests.ApplyAsync("worker.yaml", space, space);
        await PublishedManifests.ApplyAsync("workloads.yaml", space, space);
        await space.Kube.AppsV1.DeleteNamespacedDeploymentAsync(Account, space.Name);
        await using var stage = await Stage.CreateAsync(space, Manifests.Of("deployment", "app:v1"), isGuest: true);
        await stage.ServedAsync("app:v1");
        await stage.DeployAsync("app:v2");
        await stage.ServedAsync("app:v2");
        var request = await stage.RequestAsync();
        var account = await MountAsync(space);
        await using var host = InPod(account);
        host.AddKubernetes();

        // The namespace is the pod's: nobody named one.
        Assert.True(host.Clusters().TryGet("", out var connected, out var problem), problem);
        Assert.Equal((space.Name, space.Kube.BaseUri), (connected.DefaultNamespace, ((k8s.Kubernetes)connected.Client).BaseUri));
        var history = host.Provider.GetRequiredKeyedService<IDeploymentHistory>("kubernetes");
        var read = await history.ReadAsync(new DeploymentHistoryRequest { Target = stage.Target }, Cancel);
        Assert.Equal((null, 2), (read.Unavailable, read.Deployments.Length));

        var rollbacker = host.Provider.GetRequiredKeyedService<IDeploymentRollbacker>("kubernetes");
        var plan = await rollbacker.PlanAsync(request, Cancel);
        Assert.True(plan.IsPossible, plan.Summary);
        Assert.False(plan.EndsOwnProcess);
        request = request with { WorkloadIdentity = plan.WorkloadIdentity };
        var result = await rollbacker.RollBackAsync(request, Cancel);
        Assert.True(result.Status == RollbackResultStatus.Applied, result.Detail);
        await Wait.UntilAsync(async () => (await rollbacker.GetProgressAsync(request, Cancel)).Status == RollbackProgressStatus.Completed, "its completion");

        // Who it was, the server knows: a right that the account has not is refused in its name.
        await space.Kube.RbacAuthorizationV1.DeleteNamespacedRoleBindingAsync(Account, space.Name);
        await Wait.UntilAsync(
            async () => (await rollbacker.RollBackAsync(request, Cancel)).Detail.Contains($"User \"system:serviceaccount:{space.Name}:{Account}\" cannot get", StringComparison.Ordinal),
            "the account to be refused by its name");
    }

    [Fact]
    public async Task The_lease_and_a_cluster_by_name_are_reached_so_too()
    {
        await using var space = await cluster.CreateNamespaceAsync(needsOurOwn: true);
        await PublishedManifests.ApplyAsync("worker.yaml", space, space);
        await using var host = InPod(await MountAsync(space));
        host.AddKubernetes(o => o.Clusters["here"] = new KubernetesClusterOptions { InCluster = true }).AddKubernetesLease(o => o.Cluster = "here");
        var lease = host.Provider.GetRequiredService<IEvaluationLease>();
        var held = await lease.AcquireAsync(new LeaseRequest("me", Duration.FromSeconds(15)), Cancel);
        Assert.True(held.Status == LeaseStatus.Held, held.Detail);
        Assert.Equal("me", (await space.Kube.CoordinationV1.ReadNamespacedLeaseAsync("slorollback", space.Name)).Spec.HolderIdentity);
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_not_trusted_and_a_token_that_is_not_one_is_refused()
    {
        await using var space = await cluster.CreateNamespaceAsync(needsOurOwn: true);
        await PublishedManifests.ApplyAsync("worker.yaml", space, space);
        var account = await MountAsync(space);
        var revision = new Revision { Id = "x", Name = "rev 1" };
        var request = new RollbackRequest { Id = new RollbackId("rb-1"), Target = new DeploymentTarget { Provider = "kubernetes", Workload = "deployment/web" }, From = revision, To = revision };
        await File.WriteAllTextAsync(PathOf("token"), "nobody's", Cancel);
        await using (var stranger = InPod(account))
        {
            stranger.AddKubernetes();
            Assert.Contains("401 Unauthorized", (await PlanAsync(stranger)).Summary, StringComparison.Ordinal);
        }

        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        using var other = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=test-ca", key, System.Security.Cryptography.HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(PathOf("ca.crt"), other.ExportCertificatePem(), Cancel);
        await using (var mistrusting = InPod(account))
        {
            mistrusting.AddKubernetes();
            Assert.Contains("the API server cannot be reached", (await PlanAsync(mistrusting)).Summary, StringComparison.Ordinal);
        }

        Task<RollbackPlan> PlanAsync(ProviderHost host) => host.Provider.GetRequiredKeyedService<IDeploymentRollbacker>("kubernetes").PlanAsync(request, Cancel);
    }

    [Fact]
    public async Task A_kubeconfig_goes_before_the_pod_and_outside_of_pods_InCluster_says_what_is_missing()
    {
        await using var space = await cluster.CreateNamespaceAsync();
        await using (var host = InPod(new PodAccount(directory.FullName, "10.0.0.1", "443")))
        {
            host.AddKubernetes(o => (o.Kubeconfig, o.Clusters["pod"]) = (space.Kubeconfig, new KubernetesClusterOptions { InCluster = true }));
            Assert.True(host.Clusters().TryGet("", out var named, out _));
            Assert.Equal(space.Kube.BaseUri, ((k8s.Kubernetes)named.Client).BaseUri);
            Assert.False(host.Clusters().TryGet("pod", out _, out var problem));
            Assert.StartsWith("the cluster pod cannot be reached as configured: this process does not run in a pod", problem, StringComparison.Ordinal);
            Assert.Contains(PathOf("token"), problem, StringComparison.Ordinal);
        }

        // With the files it is one; an address of six and a port of its own.
        await File.WriteAllTextAsync(PathOf("token"), "t", Cancel);
        await File.WriteAllTextAsync(PathOf("ca.crt"), "", Cancel);
        var account = new PodAccount(directory.FullName, "fd00::1", "6443");
        Assert.True(account.IsThere);
        Assert.Equal((null, "https://[fd00::1]:6443/"), (account.Namespace, account.Configure().Host));
        Assert.All((PodAccount[])[account with { Host = null }, account with { Port = "" }, account with { Directory = PathOf("elsewhere") }], a => Assert.False(a.IsThere));
        Assert.False(OwnPod.Of(account).IsKnown);
        await File.WriteAllTextAsync(PathOf("namespace"), "shop\n", Cancel);
        Assert.Equal(("shop", true), (OwnPod.Of(account).Namespace, OwnPod.Of(account).IsKnown));
    }

    private static ProviderHost InPod(PodAccount account)
    {
        var host = new ProviderHost();
        host.Services.AddSingleton(account);
        return host;
    }

    /// <summary>As the kubelet mounts a service account.</summary>
    private async Task<PodAccount> MountAsync(TestNamespace space)
    {
        var token = await space.Kube.CoreV1.CreateNamespacedServiceAccountTokenAsync(
            new Authenticationv1TokenRequest { Spec = new V1TokenRequestSpec { Audiences = [], ExpirationSeconds = 3600 } }, Account, space.Name);
        var configured = KubernetesClientConfiguration.LoadKubeConfig(space.Kubeconfig).Clusters.First().ClusterEndpoint;
        await File.WriteAllTextAsync(PathOf("token"), token.Status.Token, Cancel);
        await File.WriteAllBytesAsync(PathOf("ca.crt"), Convert.FromBase64String(configured.CertificateAuthorityData), Cancel);
        await File.WriteAllTextAsync(PathOf("namespace"), space.Name, Cancel);
        return new PodAccount(directory.FullName, space.Kube.BaseUri.Host, $"{space.Kube.BaseUri.Port}");
    }

    private string PathOf(string name) => Path.Combine(directory.FullName, name);
}
