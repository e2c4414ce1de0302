using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Probes;

/// <summary>Where a probe cannot be, or could not be taken away, it is refused with the reason, and no pod is left behind.</summary>
public sealed class ProbeRefusalTests(SharedCluster cluster)
{
    [Fact]
    public async Task No_room_in_a_quota_and_what_a_policy_forbids()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        var request = await stage.ProbeAsync();
        var quota = new V1ResourceQuota { Metadata = new V1ObjectMeta { Name = "few" }, Spec = new V1ResourceQuotaSpec { Hard = new Dictionary<string, ResourceQuantity> { ["pods"] = new("3") } } };
        await stage.Space.Kube.CoreV1.CreateNamespacedResourceQuotaAsync(quota, stage.Space.Name);
        await Wait.UntilAsync(async () => (await stage.Space.Kube.CoreV1.ReadNamespacedResourceQuotaAsync("few", stage.Space.Name)).Status?.Used?.TryGetValue("pods", out var used) == true && used.ToString() == "3", "a counted quota");
        await RefusedAsync(stage, request, "exceeded quota");
        await stage.Space.Kube.CoreV1.DeleteNamespacedResourceQuotaAsync("few", stage.Space.Name);

        var range = new V1LimitRange
        {
            Metadata = new V1ObjectMeta { Name = "small" },
            Spec = new V1LimitRangeSpec { Limits = [new V1LimitRangeItem { Type = "Pod", Max = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("50m") } }] },
        };
        await stage.Space.Kube.CoreV1.CreateNamespacedLimitRangeAsync(range, stage.Space.Name);
        var result = new ProbeResult();
        await Wait.UntilAsync(async () => (result = await stage.StartAsync(request)).Detail.Contains("403 Forbidden", StringComparison.Ordinal), () => $"a refusal, not {result}");
        Assert.Equal(ProbeStatus.Refused, result.Status);
        Assert.Empty(await stage.ProbePodsAsync());
    }

    [Theory]
    [InlineData("list pods", "cannot list resource \"pods\"")]
    [InlineData("create pods", "cannot create resource \"pods\"")]
    [InlineData("delete pods", "the right to delete pods in the namespace * is missing: the probe could not be removed")]
    public async Task A_right_that_is_missing(string missing, string why)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        var request = await stage.ProbeAsync();
        var space = stage.Space;
        var rules = Rule("get", "deployments", "apps").Concat(Rule("list", "replicasets", "apps"))
            .Concat(new[] { "list", "create", "delete" }.Where(v => $"{v} pods" != missing).SelectMany(v => Rule(v, "pods", "")));
        await space.Kube.RbacAuthorizationV1.CreateNamespacedRoleAsync(new V1Role { Metadata = new V1ObjectMeta { Name = "limited" }, Rules = [.. rules] }, space.Name);
        await space.Kube.RbacAuthorizationV1.CreateNamespacedRoleBindingAsync(
            new V1RoleBinding
            {
                Metadata = new V1ObjectMeta { Name = "limited" },
                RoleRef = new V1RoleRef { ApiGroup = "rbac.authorization.k8s.io", Kind = "Role", Name = "limited" },
                Subjects = [new Rbacv1Subject { Kind = "User", Name = "limited", ApiGroup = "rbac.authorization.k8s.io" }],
            },
            space.Name);

        await using var limited = stage.WithOptions(_ => { }, isLimited: true);
        await RefusedAsync(limited, request, why.Replace("*", space.Name, StringComparison.Ordinal), settle: true);
    }

    [Fact]
    public async Task A_revision_that_is_unknown_or_runs_already()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        var request = await stage.ProbeAsync();
        await RefusedAsync(stage, request with { Revision = new Revision { Id = "nonsense", Name = "rev 7" } }, "rev 7 (nonsense) is not among the 2 revisions");
        await RefusedAsync(stage, await stage.ProbeAsync("app:v2"), "deployment/web asks for rev 2");
        await RefusedAsync(stage, request with { Target = stage.Target with { Workload = "web" } }, "is not a workload");
        Assert.Equal(ProbeStatus.Removed, (await stage.StartAsync(request with { Target = stage.Target with { Workload = "deployment/gone" } })).Status);
    }

    [Fact]
    public async Task Pods_that_cannot_have_a_second_of_their_kind()
    {
        var claims = Manifests.Of("statefulset", "app:v1");
        claims["spec"]!["volumeClaimTemplates"] = JsonNode.Parse("""[{ "metadata": { "name": "data" }, "spec": { "accessModes": ["ReadWriteOnce"], "resources": { "requests": { "storage": "1Gi" } } } }]""");
        await RefusedAsync(claims, "have volumes of their own");
        var ports = Manifests.Of("daemonset", "app:v1");
        ports["spec"]!["template"]!["spec"]!["containers"]![0]!["ports"] = JsonNode.Parse("""[{ "containerPort": 80, "hostPort": 80 }]""");
        await RefusedAsync(ports, "take ports of their node");
    }

    private async Task RefusedAsync(JsonObject manifest, string why)
    {
        await using var stage = await Stage.CreateAsync(cluster, manifest);
        await Wait.UntilAsync(async () => (await stage.RevisionsAsync()).Length == 1, "a first revision");
        var request = await stage.ProbeAsync();
        await stage.MergeAsync("""{"spec":{"template":{"metadata":{"annotations":{"version":"2"}}}}}""");
        await Wait.UntilAsync(async () => (await stage.RevisionsAsync()).Length == 2, "a second revision");
        await RefusedAsync(stage, request, why, settle: true);
    }

    // Informers of the server, for rights and for what runs, take a moment.
    private static async Task RefusedAsync(Stage stage, ProbeRequest request, string why, bool settle = false)
    {
        var result = await stage.StartAsync(request);
        if (settle)
            await Wait.UntilAsync(async () => (result = await stage.StartAsync(request)).Detail.Contains(why, StringComparison.Ordinal), () => $"{why}, not {result}");
        Assert.Contains(why, result.Detail, StringComparison.Ordinal);
        Assert.Equal((ProbeStatus.Refused, false), (result.Status, result.IsTransient));
        Assert.Empty(await stage.ProbePodsAsync());
    }

    private static IEnumerable<V1PolicyRule> Rule(string verb, string resource, string group) => [new V1PolicyRule { Verbs = [verb], Resources = [resource], ApiGroups = [group] }];
}
