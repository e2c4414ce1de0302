using System.Collections.Immutable;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Api;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Workloads;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Support;

/// <summary>One workload in a namespace of its own, and the rollbacker that is tried on it.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly ProviderHost host;
    private bool isGuest;

    private Stage(TestNamespace space, WorkloadKind kind, string kubeconfig, Action<KubernetesOptions>? configure, TimeProvider? time = null, Action<IServiceCollection>? services = null)
    {
        host = new ProviderHost(time);
        (Space, Kind) = (space, kind);
        host.Services.AddSingleton<Func<DelegatingHandler>>(Interceptor.CreateHandler);
        services?.Invoke(host.Services);
        host.AddKubernetes(o =>
        {
            o.Kubeconfig = kubeconfig;
            o.Namespace = space.Name;
            configure?.Invoke(o);
        });
    }

    public const string Name = "web";

    public TestNamespace Space { get; }

    public WorkloadKind Kind { get; }

    public Interceptor Interceptor { get; } = new();

    public IServiceProvider Services => host.Provider;

    public IDeploymentRollbacker Rollbacker => host.Provider.GetRequiredKeyedService<IDeploymentRollbacker>("kubernetes");

    public DeploymentTarget Target => new() { Provider = "kubernetes", Workload = $"{Kind}/{Name}" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Makes the workload.</summary>
    public static async Task<Stage> CreateAsync(SharedCluster cluster, JsonObject manifest, Action<KubernetesOptions>? configure = null, bool isLimited = false) =>
        await CreateAsync(await cluster.CreateNamespaceAsync(needsOurOwn: true), manifest, configure, isLimited);

    public static async Task<Stage> CreateAsync(
        TestNamespace space, JsonObject manifest, Action<KubernetesOptions>? configure = null, bool isLimited = false, bool isGuest = false)
    {
        var kind = WorkloadKind.All.First(k => k.Name == manifest["kind"]!.GetValue<string>());
        var stage = new Stage(space, kind, isLimited ? space.LimitedKubeconfig : space.Kubeconfig, configure) { isGuest = isGuest };
        await space.CreateAsync(kind.Plural, manifest, kind.Group, kind.Version);
        return stage;
    }

    /// <summary>A workload of a kind that serves version 1 and then version 2, which is to be rolled back.</summary>
    public static async Task<Stage> WithTwoVersionsAsync(SharedCluster cluster, string kind, Action<KubernetesOptions>? configure = null, bool isLimited = false)
    {
        var stage = await CreateAsync(cluster, Manifests.Of(kind, "app:v1"), configure, isLimited);
        await stage.ServedAsync("app:v1");
        await stage.DeployAsync("app:v2");
        await stage.ServedAsync("app:v2");
        return stage;
    }

    /// <summary>The same workload with a rollbacker of other options, or of the user who may do what a test grants.</summary>
    public Stage WithOptions(Action<KubernetesOptions> configure, bool isLimited = false, TimeProvider? time = null, Action<IServiceCollection>? services = null) =>
        new(Space, Kind, isLimited ? Space.LimitedKubeconfig : Space.Kubeconfig, configure, time, services) { isGuest = true };

    public Task<JsonObject> GetAsync() => Space.GetAsync(Kind.Plural, Name, Kind.Group, Kind.Version);

    public Task<JsonObject> MergeAsync(string patch) => Space.MergeAsync(Kind.Plural, Name, patch, Kind.Group, Kind.Version);

    public Task<JsonObject> DeployAsync(string image) => MergeAsync(Manifests.ImagePatch(image));

    /// <summary>Waits until all pods have an image and are ready, and the controller has said so.</summary>
    public Task ServedAsync(string image) => Wait.UntilAsync(
        async () =>
        {
            var pods = (await PodsAsync()).Where(p => p.Metadata.DeletionTimestamp is null).ToList();
            var workload = await ReadAsync();
            var wanted = Kind == WorkloadKind.DaemonSet ? 1 : workload.Replicas;
            return workload.IsObserved && pods.Count == wanted && pods.All(p => p.Spec.Containers[0].Image == image && IsReady(p))
                && Progress.RolloutStatus.Of(workload, null, default).Status == RollbackProgressStatus.Completed;
        },
        $"{Kind}/{Name} serves {image}");

    public static bool IsReady(V1Pod pod) => pod.Status?.Conditions?.Any(c => c.Type == "Ready" && c.Status == "True") == true;

    public async Task<IList<V1Pod>> PodsAsync() => (await Space.Kube.CoreV1.ListNamespacedPodAsync(Space.Name, cancellationToken: Token)).Items;

    public async Task<ImmutableArray<WorkloadRevision>> RevisionsAsync() => (await Api().RevisionsAsync(await ReadAsync(), Token)).Value;

    public async Task<WorkloadObject> ReadAsync() => (await Api().GetAsync(Kind, Space.Name, Name, Token)).Value!;

    /// <summary>The revision that has an image.</summary>
    public async Task<WorkloadRevision> RevisionAsync(string image) =>
        (await RevisionsAsync()).Single(r => r.Template.Json.Items("spec", "containers").First().Text("image") == image);

    /// <summary>A rollback from one image to another.</summary>
    public async Task<RollbackRequest> RequestAsync(string from = "app:v2", string to = "app:v1", string id = "rb-0123456789abcdef") => new()
    {
        Id = new RollbackId(id),
        Target = Target,
        From = (await RevisionAsync(from)).ToRevision(),
        To = (await RevisionAsync(to)).ToRevision(),
        Reason = "the release fails",
    };

    public Task<RollbackPlan> PlanAsync(RollbackRequest request) => Rollbacker.PlanAsync(request, Token);

    /// <summary>The request with the token of its plan, which must be possible.</summary>
    public async Task<RollbackRequest> PlannedAsync(RollbackRequest? request = null)
    {
        request ??= await RequestAsync();
        var plan = await PlanAsync(request);
        Assert.True(plan.IsPossible, plan.Summary);
        return request with { WorkloadIdentity = plan.WorkloadIdentity };
    }

    public Task<RollbackResult> RollBackAsync(RollbackRequest request) => Rollbacker.RollBackAsync(request, Token);

    public Task<RollbackProgress> ProgressAsync(RollbackRequest request) => Rollbacker.GetProgressAsync(request, Token);

    public async Task<RollbackProgress> UntilAsync(RollbackRequest request, RollbackProgressStatus wanted)
    {
        RollbackProgress progress = new();
        await Wait.UntilAsync(
            async () => (progress = await ProgressAsync(request)).Status == wanted,
            () => $"{wanted}, not {progress.Status}: {progress.Detail}");
        return progress;
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        if (!isGuest)
            await Space.DisposeAsync();
    }

    // Besides the provider under test, whose requests are counted.
    private ClusterApi Api() => new(new Clusters.Cluster("", Space.Kube, Space.Name, NullLogger.Instance), new KubernetesOptions(), TimeProvider.System);
}
