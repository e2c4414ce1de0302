using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Leases;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Documentation;

/// <summary>
/// Everything that the package does is done here with the token of the service account that <c>docs/kubernetes.md</c> tells to make: its
/// Roles allow each request, and nothing that no request needs.
/// </summary>
public sealed partial class RightsTests(SharedCluster cluster) : IAsyncLifetime
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("slorollback-account-");
    private readonly ConcurrentDictionary<string, string> used = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> denied = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync()
    {
        directory.Delete(recursive: true);
        return default;
    }

    [Fact]
    public async Task The_published_roles_allow_what_is_done_and_nothing_else()
    {
        await using var worker = await cluster.CreateNamespaceAsync(needsOurOwn: true);
        await PublishedManifests.ApplyAsync("worker.yaml", worker, worker);
        var kubeconfig = await PublishedManifests.AccountKubeconfigAsync(worker, directory.FullName);
        foreach (var kind in new[] { "deployment", "statefulset", "daemonset" })
        {
            await using var workloads = await cluster.CreateNamespaceAsync(needsOurOwn: true);
            await PublishedManifests.ApplyAsync("workloads.yaml", worker, workloads);
            await UseAsync(workloads, kind, kubeconfig);
        }

        await LeadAsync(worker, kubeconfig);

        Assert.Empty(denied);
        var allowed = PublishedManifests.Allowed("worker.yaml", "workloads.yaml");
        Assert.Equal(allowed, used.Keys.Where(u => u != "create selfsubjectaccessreviews.authorization.k8s.io").Order(StringComparer.Ordinal));
    }

    /// <summary>The list in full, for whoever changes it.</summary>
    [Fact]
    public void The_published_roles_allow_this() => Assert.Equal(
        [
            "create leases.coordination.k8s.io", "create pods", "delete pods",
            "get daemonsets.apps", "get deployments.apps", "get leases.coordination.k8s.io", "get statefulsets.apps",
            "list controllerrevisions.apps", "list daemonsets.apps", "list deployments.apps", "list horizontalpodautoscalers.autoscaling",
            "list poddisruptionbudgets.policy", "list pods", "list replicasets.apps", "list resourcequotas", "list statefulsets.apps",
            "patch daemonsets.apps", "patch deployments.apps", "patch statefulsets.apps", "update leases.coordination.k8s.io",
            "watch daemonsets.apps", "watch deployments.apps", "watch statefulsets.apps",
        ],
        PublishedManifests.Allowed("worker.yaml", "workloads.yaml"));

    /// <summary>Watch, plan, roll back and follow, and free what is stuck.</summary>
    private async Task UseAsync(TestNamespace space, string kind, string kubeconfig)
    {
        var bad = kind == "statefulset" ? "unready:v2" : "app:v2";
        await using var stage = await Stage.CreateAsync(space, Manifests.Of(kind, "app:v1"), o => o.Kubeconfig = kubeconfig, isGuest: true);
        await stage.ServedAsync("app:v1");
        stage.Interceptor.After = Note;
        await WatchAsync(stage, () => stage.DeployAsync(bad));
        await Wait.UntilAsync(async () => (await stage.ReadAsync()).IsObserved && (await stage.RevisionsAsync()).Length == 2, "a second revision");

        var asked = await stage.RequestAsync(bad);
        await ProbeAsync(stage, asked);
        var request = await stage.PlannedAsync(asked);
        Assert.Equal(RollbackResultStatus.Applied, (await stage.RollBackAsync(request)).Status);
        await stage.UntilAsync(request, RollbackProgressStatus.Completed);
    }

    private static async Task ProbeAsync(Stage stage, RollbackRequest rollback)
    {
        var probe = stage.Services.GetRequiredKeyedService<IControlProbe>("kubernetes");
        var request = new ProbeRequest { Id = rollback.Id, Target = stage.Target, Revision = rollback.To };
        Assert.Equal(ProbeStatus.Starting, (await probe.StartAsync(request, Cancel)).Status);
        await Wait.UntilAsync(async () => (await probe.ReadAsync(request, Cancel)).Status == ProbeStatus.Serving, "a probe that serves");
        Assert.Equal(ProbeStatus.Removed, (await probe.RemoveAsync(request, Cancel)).Status);
    }

    private static async Task WatchAsync(Stage stage, Func<Task> deploy)
    {
        var history = stage.Services.GetRequiredKeyedService<IDeploymentHistory>("kubernetes");
        Assert.Null((await history.ReadAsync(new DeploymentHistoryRequest { Target = stage.Target }, Cancel)).Unavailable);
        await using var feed = history.WatchAsync(new DeploymentWatchRequest { Targets = [stage.Target] }, Cancel).GetAsyncEnumerator(Cancel);
        var next = feed.MoveNextAsync().AsTask();
        await Wait.UntilAsync(() => Task.FromResult(stage.Interceptor.Requests.Any(r => r.Path.Contains("watch=true", StringComparison.Ordinal))), "a watch");
        await deploy();
        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
    }

    private async Task LeadAsync(TestNamespace space, string kubeconfig)
    {
        await using var host = new ProviderHost();
        var interceptor = new Interceptor { After = Note };
        host.Services.AddSingleton<Func<DelegatingHandler>>(interceptor.CreateHandler);
        host.AddKubernetes(o => (o.Kubeconfig, o.Namespace) = (kubeconfig, space.Name)).AddKubernetesLease();
        var lease = host.Provider.GetRequiredService<IEvaluationLease>();
        var request = new LeaseRequest("me", Duration.FromSeconds(15));
        Assert.Equal(LeaseStatus.Held, (await lease.AcquireAsync(request, Cancel)).Status);
        Assert.Equal(LeaseStatus.Held, (await lease.AcquireAsync(request, Cancel)).Status);
        Assert.Equal(LeaseStatus.NotHeld, (await lease.ReleaseAsync(request, Cancel)).Status);
    }

    private HttpResponseMessage Note(SeenRequest request, HttpResponseMessage answer)
    {
        var path = Request().Match(request.Path);
        Assert.True(path.Success, request.Path);
        var (group, resource, name) = (path.Groups["group"].Value, path.Groups["resource"].Value, path.Groups["name"].Value);
        var verb = (request.Method, name) switch
        {
            ("GET", "") => request.Path.Contains("watch=true", StringComparison.Ordinal) ? "watch" : "list",
            ("GET", _) => "get",
            ("POST", _) => "create",
            ("PUT", _) => "update",
            _ => request.Method.ToLowerInvariant(),
        };
        used.TryAdd($"{verb} {resource}{(group.Length > 0 ? "." : "")}{group}", request.Path);
        if ((int)answer.StatusCode is 401 or 403)
            denied.Enqueue($"{request.Method} {request.Path}: {(int)answer.StatusCode}");
        return answer;
    }

    [GeneratedRegex("^/api(s/(?<group>[^/]+))?/v[^/]+(/namespaces/[^/]+)?/(?<resource>[^/?]+)(/(?<name>[^/?]+))?(\\?|$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Request();
}
