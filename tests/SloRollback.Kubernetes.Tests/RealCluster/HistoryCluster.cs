using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Tests.Support;

namespace SloRollback.Kubernetes.Tests.RealCluster;

/// <summary>A namespace, the history of its workloads, and what people do there.</summary>
internal sealed class HistoryCluster(TestNamespace space) : IAsyncDisposable
{
    private readonly List<ProviderHost> hosts = [];

    public TestNamespace Space => space;

    /// <summary>The images without the digests, which are known of rollouts that were seen to end.</summary>
    public static string Tag(Deployment deployment) => string.Join(", ", deployment.Images.Split(", ").Select(i => i.Split('@')[0]));

    public static DeploymentTarget Target(string workload) => new() { Provider = "kubernetes", Workload = workload };

    /// <summary>The history as a process that has just started has it.</summary>
    /// <param name="wire">Sees its requests.</param>
    public IDeploymentHistory StartHistory(Func<DelegatingHandler>? wire = null)
    {
        var host = new ProviderHost();
        if (wire is not null)
            host.Services.AddSingleton(wire);
        host.AddKubernetes(o =>
        {
            o.Kubeconfig = space.Kubeconfig;
            o.Namespace = space.Name;
        });
        hosts.Add(host);
        return host.Provider.GetRequiredKeyedService<IDeploymentHistory>("kubernetes");
    }

    public static Task<DeploymentHistoryResult> AskAsync(IDeploymentHistory history, string workload) =>
        history.ReadAsync(new DeploymentHistoryRequest { Target = Target(workload) }, TestContext.Current.CancellationToken);

    public static async Task<IReadOnlyList<Deployment>> ReadAsync(IDeploymentHistory history, string workload)
    {
        var result = await AskAsync(history, workload);
        Assert.True(result.Unavailable is null, result.Unavailable);
        Assert.NotNull(result.ConfirmedAt);
        return result.Deployments;
    }

    /// <summary>Waits until the history tells this many deployments, the newest of them ended in this way.</summary>
    public static async Task<IReadOnlyList<Deployment>> UntilAsync(IDeploymentHistory history, string workload, int count, DeploymentOutcome outcome = DeploymentOutcome.Completed)
    {
        IReadOnlyList<Deployment> deployments = [];
        await Wait.UntilAsync(
            async () =>
            {
                deployments = (await AskAsync(history, workload)).Deployments;
                return deployments.Count >= count && deployments[^1].Outcome == outcome;
            },
            $"{count} deployments of {workload}, the last {outcome}");
        Assert.Equal(count, deployments.Count);
        return deployments;
    }

    /// <summary>Waits until the controller has seen the newest change.</summary>
    public async Task ObservedAsync(string plural, string name) => await Wait.UntilAsync(
        async () =>
        {
            var workload = await space.GetAsync(plural, name);
            return workload["status"]?["observedGeneration"]?.GetValue<long>() >= workload["metadata"]!["generation"]!.GetValue<long>();
        },
        $"{name} to be observed");

    /// <summary>As <c>kubectl rollout undo --to-revision</c> does.</summary>
    /// <param name="name">The Deployment.</param>
    /// <param name="revision">The number.</param>
    public async Task UndoAsync(string name, int revision)
    {
        var set = (await space.ListAsync("replicasets")).Single(r =>
            r["metadata"]!["ownerReferences"]![0]!["name"]!.GetValue<string>() == name
            && r["metadata"]!["annotations"]!["deployment.kubernetes.io/revision"]!.GetValue<string>() == $"{revision}");
        var template = set["spec"]!["template"]!.DeepClone().AsObject();
        template["metadata"]!["labels"]!.AsObject().Remove("pod-template-hash");
        var patch = new JsonArray(new JsonObject { ["op"] = "replace", ["path"] = "/spec/template", ["value"] = template });
        await space.Kube.CustomObjects.PatchNamespacedCustomObjectAsync<JsonObject>(
            new V1Patch(patch.ToJsonString(), V1Patch.PatchType.JsonPatch), "apps", "v1", space.Name, "deployments", name, fieldManager: "kubectl-rollout");
    }

    /// <summary>As <c>kubectl rollout undo</c> does with a StatefulSet or DaemonSet.</summary>
    /// <param name="plural">The kind.</param>
    /// <param name="name">The workload.</param>
    /// <param name="revision">The number.</param>
    public async Task UndoAsync(string plural, string name, int revision)
    {
        var copy = (await space.ListAsync("controllerrevisions")).Single(r =>
            r["metadata"]!["ownerReferences"]![0]!["name"]!.GetValue<string>() == name && r["revision"]!.GetValue<int>() == revision);
        await space.Kube.AppsV1Patch(plural, new V1Patch(copy["data"]!.ToJsonString(), V1Patch.PatchType.StrategicMergePatch), name, space.Name);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts)
            await host.DisposeAsync();
        await space.DisposeAsync();
    }
}

/// <summary>Strategic merge patches, which the API of custom objects has not.</summary>
internal static class StrategicPatches
{
    public static Task AppsV1Patch(this IKubernetes kube, string plural, V1Patch patch, string name, string space) => plural switch
    {
        "statefulsets" => kube.AppsV1.PatchNamespacedStatefulSetAsync(patch, name, space),
        "daemonsets" => kube.AppsV1.PatchNamespacedDaemonSetAsync(patch, name, space),
        _ => throw new ArgumentOutOfRangeException(nameof(plural)),
    };
}
