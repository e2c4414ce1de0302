using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Rollbacks;

/// <summary>Workloads that something else writes to, too.</summary>
public sealed class OwnerTests(SharedCluster cluster)
{
    [Theory]
    [InlineData("""{"metadata":{"annotations":{"argocd.argoproj.io/tracking-id":"shop:apps/Deployment:x/web"}}}""", "Argo CD (shop)", "the option ArgoCd")]
    [InlineData("""{"metadata":{"labels":{"argocd.argoproj.io/instance":"shop"}}}""", "Argo CD (shop)", "the option ArgoCd")]
    [InlineData("""{"metadata":{"labels":{"kustomize.toolkit.fluxcd.io/name":"apps"}}}""", "Flux (apps)", "the option Flux")]
    [InlineData("""{"metadata":{"labels":{"helm.toolkit.fluxcd.io/name":"shop","app.kubernetes.io/managed-by":"Helm"}}}""", "Flux (shop)", "the option Flux")]
    [InlineData("""{"metadata":{"labels":{"app.kubernetes.io/managed-by":"Helm"},"annotations":{"meta.helm.sh/release-name":"shop"}}}""", "Helm (shop)", "the option Helm")]
    public async Task An_owner_without_a_strategy_holds(string marks, string owner, string option)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "daemonset");
        var request = await stage.PlannedAsync();
        await stage.MergeAsync(marks);
        var plan = await PlanAsync(stage, request);
        Assert.Equal((false, HoldReason.ManagedElsewhere), (plan.IsPossible, plan.Refusal));
        Assert.Contains(owner, plan.Summary, StringComparison.Ordinal);
        Assert.Contains(option, plan.Summary, StringComparison.Ordinal);
        Assert.Equal(RollbackResultStatus.Refused, (await stage.RollBackAsync(request)).Status);

        await using var bold = stage.WithOptions(o => (o.ArgoCd, o.Flux, o.Helm) = (OwnerStrategy.Annotate, OwnerStrategy.Annotate, OwnerStrategy.Annotate));
        plan = await bold.PlanAsync(request);
        Assert.True(plan.IsPossible, plan.Summary);
        Assert.Contains($"{owner} manages it and may undo this", plan.Summary, StringComparison.Ordinal);
        Assert.Equal(RollbackResultStatus.Applied, (await bold.RollBackAsync(request)).Status);
    }

    [Fact]
    public async Task Flux_is_paused_by_the_same_patch()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "daemonset", o => o.Flux = OwnerStrategy.PauseSync);
        await stage.MergeAsync("""{"metadata":{"labels":{"kustomize.toolkit.fluxcd.io/name":"apps"}}}""");
        var request = await stage.RequestAsync();
        Assert.Contains("the sync of Flux (apps) is paused", (await PlanAsync(stage, request)).Summary, StringComparison.Ordinal);
        Assert.Equal(RollbackResultStatus.Applied, (await stage.RollBackAsync(await stage.PlannedAsync(request))).Status);
        Assert.Equal("disabled", (await stage.ReadAsync()).Annotation("kustomize.toolkit.fluxcd.io/reconcile"));
    }

    [Fact]
    public async Task The_application_of_Argo_CD_is_paused_before_the_patch()
    {
        await using var space = await cluster.CreateNamespaceAsync(needsOurOwn: true);
        await space.DefineAsync("Application", "argoproj.io", "v1alpha1", "applications");
        await using var stage = await Stage.CreateAsync(space, Manifests.Of("daemonset", "app:v1"), o => (o.ArgoCd, o.ArgoCdNamespace) = (OwnerStrategy.PauseSync, space.Name));
        await stage.ServedAsync("app:v1");
        await stage.DeployAsync("app:v2");
        await stage.ServedAsync("app:v2");
        await stage.MergeAsync("""{"metadata":{"annotations":{"argocd.argoproj.io/tracking-id":"shop:apps/DaemonSet:x/web"}}}""");
        var request = await stage.PlannedAsync();

        // Without the Application there is nothing to pause, and nothing is rolled back.
        var refused = await stage.RollBackAsync(request);
        Assert.Equal(RollbackResultStatus.Refused, refused.Status);
        Assert.Contains("the sync of Argo CD (shop) cannot be paused", refused.Detail, StringComparison.Ordinal);

        await space.CreateAsync("applications", JsonNode.Parse("""{"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{"name":"shop"},"spec":{}}""")!.AsObject(), "argoproj.io", "v1alpha1");
        Assert.Equal(RollbackResultStatus.Applied, (await stage.RollBackAsync(request)).Status);
        Assert.Equal("true", (await space.GetAsync("applications", "shop", "argoproj.io", "v1alpha1"))["metadata"]!["annotations"]!["argocd.argoproj.io/skip-reconcile"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_autoscaler_is_told_and_refused_only_when_asked_to()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        await stage.Space.Kube.AutoscalingV1.CreateNamespacedHorizontalPodAutoscalerAsync(
            new V1HorizontalPodAutoscaler
            {
                Metadata = new V1ObjectMeta { Name = "scaler" },
                Spec = new V1HorizontalPodAutoscalerSpec { MaxReplicas = 5, ScaleTargetRef = new V1CrossVersionObjectReference { ApiVersion = "apps/v1", Kind = "Deployment", Name = Stage.Name } },
            },
            stage.Space.Name);
        var request = await stage.RequestAsync();
        Assert.Contains("a HorizontalPodAutoscaler (scaler) scales it, which stays so", (await stage.PlanAsync(request)).Summary, StringComparison.Ordinal);
        await using var strict = stage.WithOptions(o => o.HorizontalPodAutoscaler = OwnerStrategy.Refuse);
        Assert.Equal(HoldReason.ManagedElsewhere, (await strict.PlanAsync(request)).Refusal);
    }

    [Fact]
    public async Task A_disruption_budget_that_the_strategy_would_break_is_NoCapacity()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "statefulset");
        await stage.Space.CreateAsync("poddisruptionbudgets", JsonNode.Parse("""
            {"apiVersion":"policy/v1beta1","kind":"PodDisruptionBudget","metadata":{"name":"all"},"spec":{"minAvailable":3,"selector":{"matchLabels":{"app":"web"}}}}
            """)!.AsObject(), "policy", "v1beta1");
        await Wait.UntilAsync(
            async () => (await stage.Space.GetAsync("poddisruptionbudgets", "all", "policy", "v1beta1"))["status"]?["currentHealthy"]?.GetValue<int>() == 3,
            "the budget is counted");
        var plan = await stage.PlanAsync(await stage.RequestAsync());
        Assert.Equal((false, HoldReason.NoCapacity), (plan.IsPossible, plan.Refusal));
        Assert.Contains("would leave 2 of 3 healthy pods for a while, and the PodDisruptionBudget all asks for 3", plan.Summary, StringComparison.Ordinal);
        await using var careless = stage.WithOptions(o => o.CheckCapacity = false);
        Assert.True((await careless.PlanAsync(await stage.RequestAsync())).IsPossible);
    }

    // Labels and annotations raise the generation of some kinds, which the controller has to see first.
    private static async Task<RollbackPlan> PlanAsync(Stage stage, RollbackRequest request)
    {
        await Wait.UntilAsync(async () => (await stage.ReadAsync()).IsObserved, "the controller has seen it");
        return await stage.PlanAsync(request);
    }
}
