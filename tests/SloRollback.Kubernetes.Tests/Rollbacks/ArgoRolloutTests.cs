using SloRollback.Deployments;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Rollbacks;

/// <summary>Rollouts of Argo against their real definition and API; a stand-in does what their controller would.</summary>
public sealed class ArgoRolloutTests(SharedCluster cluster)
{
    [Fact]
    public async Task The_named_revision_comes_back()
    {
        await using var space = await cluster.CreateNamespaceAsync(needsOurOwn: true);
        await using var stage = await ArgoRollouts.CreateAsync(space, "app:v1");
        await using var controller = ArgoRollouts.Control(space);
        await ReconciledAsync(stage, 1);
        await stage.DeployAsync("app:v2");
        await ReconciledAsync(stage, 2);
        var good = await stage.RevisionAsync("app:v1");

        var request = await stage.RequestAsync();
        var plan = await stage.PlanAsync(request);
        Assert.True(plan.IsPossible, plan.Summary);
        Assert.Contains("container app: image app:v2 → app:v1", plan.Summary, StringComparison.Ordinal);
        request = request with { WorkloadIdentity = plan.WorkloadIdentity };
        Assert.Equal(RollbackProgressStatus.NotApplied, (await stage.ProgressAsync(request)).Status);
        var result = await stage.RollBackAsync(request);
        Assert.True(result.Status == RollbackResultStatus.Applied, result.Detail);
        Assert.Equal(RollbackResultStatus.Applied, (await stage.RollBackAsync(request)).Status);
        await stage.UntilAsync(request, RollbackProgressStatus.Completed);
        Assert.Equal(good.Uid, Kubernetes.Workloads.WorkloadRevisions.Running(await stage.ReadAsync(), await stage.RevisionsAsync())!.Uid);

        await stage.DeployAsync("app:v3");
        await ReconciledAsync(stage, 3);
        Assert.Equal(RollbackProgressStatus.RevertedByOther, (await stage.ProgressAsync(request)).Status);
    }

    [Fact]
    public async Task A_Rollout_whose_template_is_elsewhere_or_that_does_not_exist_is_refused()
    {
        await using var space = await cluster.CreateNamespaceAsync(needsOurOwn: true);
        await using var stage = await ArgoRollouts.CreateAsync(space, "app:v1");
        var revision = new Revision { Id = "x", Name = "rev 1" };
        var request = new RollbackRequest { Id = new RollbackId("rb-1"), Target = stage.Target, From = revision, To = revision };
        await stage.MergeAsync("""{"spec":{"template":null,"workloadRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"}}}""");
        Assert.Contains("workloadRef", (await stage.PlanAsync(request)).Summary, StringComparison.Ordinal);

        var other = request with { Target = stage.Target with { Workload = "rollout/other" } };
        Assert.Contains("rollout/other does not exist", (await stage.PlanAsync(other)).Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_without_Argo_Rollouts_says_so_in_plain_text()
    {
        await using var stage = await Stage.CreateAsync(cluster, Manifests.Of("deployment", "app:v1"));
        stage.Interceptor.Before = r => Task.FromResult(r.Path.Contains("/rollouts/", StringComparison.Ordinal) ? Interceptor.Answer(404, "404 page not found\n", "text/plain") : null);
        var revision = new Revision { Id = "x", Name = "rev 1" };
        var plan = await stage.PlanAsync(new RollbackRequest { Id = new RollbackId("rb-1"), Target = stage.Target with { Workload = "rollout/web" }, From = revision, To = revision });
        Assert.Contains("rollout/web does not exist", plan.Summary, StringComparison.Ordinal);
    }

    private static Task ReconciledAsync(Stage stage, int revisions) =>
        Wait.UntilAsync(async () => (await stage.ReadAsync()).IsObserved && (await stage.RevisionsAsync()).Length == revisions, $"{revisions} revisions");
}
