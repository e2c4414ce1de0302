using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Tests.RealCluster;

/// <summary>
/// Argo Rollouts on a control plane: the real CustomResourceDefinition, and a stand-in for the controller, which makes ReplicaSets and
/// writes status as the real one does, without canary steps and without pods. An image called <c>broken</c> never becomes the stable one.
/// </summary>
internal static class ArgoRollouts
{
    private const string Group = "argoproj.io";
    private const string Version = "v1alpha1";

    // What a ReplicaSet was numbered before it came back.
    private const string History = "rollout.argoproj.io/revision-history";

    private static readonly SemaphoreSlim Defining = new(1, 1);

    /// <summary>Makes a Rollout.</summary>
    public static async Task<Stage> CreateAsync(TestNamespace space, string image)
    {
        await DefineAsync(space);
        var manifest = Manifests.Deployment(Stage.Name, image);
        (manifest["apiVersion"], manifest["kind"]) = ($"{Group}/{Version}", "Rollout");
        manifest["spec"]!["strategy"] = JsonNode.Parse("""{"canary":{}}""");
        return await Stage.CreateAsync(space, manifest);
    }

    /// <summary>Stands in for the controller in one namespace, until it is disposed.</summary>
    public static IAsyncDisposable Control(TestNamespace space) => new Controller(space);

    private static async Task DefineAsync(TestNamespace space)
    {
        await Defining.WaitAsync();
        try
        {
            var definition = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "argo-rollout-crd.json")))!.AsObject();
            try
            {
                await space.Kube.CustomObjects.CreateClusterCustomObjectAsync<JsonObject>(definition, "apiextensions.k8s.io", "v1", "customresourcedefinitions");
            }
            catch (HttpOperationException e) when (e.Response.StatusCode == System.Net.HttpStatusCode.Conflict)
            {
                // Another test made it.
            }

            await space.ServedAsync("rollouts", Group, Version);
        }
        finally
        {
            Defining.Release();
        }
    }

    private sealed class Controller : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly Task running;

        public Controller(TestNamespace space) => running = Task.Run(() => RunAsync(space));

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await running;
            stop.Dispose();
        }

        private async Task RunAsync(TestNamespace space)
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    foreach (var rollout in await space.ListAsync("rollouts", Group, Version))
                        await ReconcileAsync(space, rollout);
                }
                catch (HttpOperationException)
                {
                    // It was changed meanwhile, or is gone: the next round tells.
                }

                await Task.Delay(TimeSpan.FromMilliseconds(30), CancellationToken.None);
            }
        }

        private static async Task ReconcileAsync(TestNamespace space, JsonObject rollout)
        {
            var generation = rollout["metadata"]!["generation"]!.ToString();
            if (rollout["status"]?["observedGeneration"]?.ToString() == generation || rollout["spec"]!["template"] is not JsonObject template)
                return;

            var (name, uid) = (rollout["metadata"]!["name"]!.ToString(), rollout["metadata"]!["uid"]!.ToString());
            var sets = (await space.ListAsync("replicasets")).Where(s => s["metadata"]!["ownerReferences"]?[0]?["uid"]?.ToString() == uid).ToList();

            // The real one compares templates with all defaults filled in; those of these tests differ in their image.
            var known = sets.Find(s => ImageOf(s["spec"]!["template"]!) == ImageOf(template));
            var hash = known?["metadata"]!["labels"]!["rollouts-pod-template-hash"]!.ToString()
                ?? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(template.ToJsonString())).AsSpan(0, 5));
            var next = sets.Select(s => int.Parse(s["metadata"]!["annotations"]![WorkloadKind.Rollout.NumberAnnotation!]!.ToString())).DefaultIfEmpty().Max() + 1;
            var marks = rollout["metadata"]!["annotations"]?.DeepClone().AsObject() ?? [];
            marks[WorkloadKind.Rollout.NumberAnnotation!] = $"{next}";
            if (known?["metadata"]!["annotations"]![WorkloadKind.Rollout.NumberAnnotation!] is { } old && $"{old}" != $"{next - 1}")
                marks[History] = known["metadata"]!["annotations"]![History] is { } earlier ? $"{earlier},{old}" : $"{old}";
            else if (known is not null)
                marks[WorkloadKind.Rollout.NumberAnnotation!] = $"{next - 1}";
            if (known is not null)
                await space.MergeAsync("replicasets", $"{name}-{hash}", new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = marks } }.ToJsonString());
            else
                await space.CreateAsync("replicasets", ReplicaSet(name, uid, hash, template, marks));

            // What does not come up is never the stable one.
            var isBroken = ImageOf(template).Contains("broken", StringComparison.Ordinal);
            var stable = isBroken ? rollout["status"]?["stableRS"]?.ToString() ?? "" : hash;
            var status = new JsonObject
            {
                ["status"] = new JsonObject { ["observedGeneration"] = generation, ["currentPodHash"] = hash, ["stableRS"] = stable, ["phase"] = isBroken ? "Progressing" : "Healthy" },
            };
            await space.MergeStatusAsync("rollouts", name, status.ToJsonString(), Group, Version);
        }

        private static string ImageOf(JsonNode template) => template["spec"]!["containers"]![0]!["image"]!.ToString();

        private static JsonObject ReplicaSet(string name, string uid, string hash, JsonObject template, JsonObject marks)
        {
            var copy = template.DeepClone().AsObject();
            copy["metadata"]!["labels"]!["rollouts-pod-template-hash"] = hash;
            return new JsonObject
            {
                ["apiVersion"] = "apps/v1",
                ["kind"] = "ReplicaSet",
                ["metadata"] = new JsonObject
                {
                    ["name"] = $"{name}-{hash}",
                    ["annotations"] = marks,
                    ["labels"] = new JsonObject { ["app"] = name, ["rollouts-pod-template-hash"] = hash },
                    ["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = $"{Group}/{Version}", ["kind"] = "Rollout", ["name"] = name, ["uid"] = uid, ["controller"] = true }),
                },
                ["spec"] = new JsonObject
                {
                    ["replicas"] = 0,
                    ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["rollouts-pod-template-hash"] = hash } },
                    ["template"] = copy,
                },
            };
        }
    }
}
