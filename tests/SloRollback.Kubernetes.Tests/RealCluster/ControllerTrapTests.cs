using k8s.Models;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Kubernetes.Workloads;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.RealCluster;

/// <summary>
/// What the controllers make of patches that look right: why this package sends another one. Each trap is walked into first, and then
/// passed by.
/// </summary>
public sealed class ControllerTrapTests(SharedCluster cluster)
{
    [Fact]
    public async Task A_patch_of_the_template_alone_gives_the_old_revision_the_annotations_of_the_new_one()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        await stage.MergeAsync("""{"metadata":{"annotations":{"kubernetes.io/change-cause":"second release"}}}""");
        await Wait.UntilAsync(async () => (await stage.RevisionAsync("app:v2")).ChangeCause == "second release", "the controller to copy it");
        await stage.DeployAsync("app:v1");
        await stage.ServedAsync("app:v1");
        Assert.Equal("second release", (await stage.RevisionAsync("app:v1")).ChangeCause);

        await stage.DeployAsync("app:v3");
        await stage.ServedAsync("app:v3");
        var request = await stage.PlannedAsync(await stage.RequestAsync("app:v3"));
        Assert.Equal(RollbackResultStatus.Applied, (await stage.RollBackAsync(request)).Status);
        await stage.UntilAsync(request, RollbackProgressStatus.Completed);
        Assert.StartsWith("SloRollback ", (await stage.RevisionAsync("app:v1")).ChangeCause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_label_of_the_controller_in_the_template_stays_for_good_and_ours_has_none()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        var set = (await stage.Space.ListAsync("replicasets")).Single(s => s["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.ToString() == "app:v1");
        var hash = set["metadata"]!["labels"]!["pod-template-hash"]!.ToString();
        await stage.MergeAsync($$$"""{"spec":{"template":{"metadata":{"labels":{"pod-template-hash":"{{{hash}}}"} },"spec":{"containers":[{"name":"app","image":"app:v1","ports":[{"containerPort":80,"protocol":"TCP"}],"resources":{"requests":{"cpu":"100m"} } }] } } } }""");
        await stage.ServedAsync("app:v1");
        await stage.DeployAsync("app:v3");
        await stage.ServedAsync("app:v3");
        Assert.Equal(hash, (await stage.ReadAsync()).Template!.Value.At("metadata", "labels", "pod-template-hash")?.GetString());

        var request = await stage.PlannedAsync(await stage.RequestAsync("app:v3", "app:v2"));
        Assert.Equal(RollbackResultStatus.Applied, (await stage.RollBackAsync(request)).Status);
        await stage.UntilAsync(request, RollbackProgressStatus.Completed);
        Assert.Null((await stage.ReadAsync()).Template!.Value.At("metadata", "labels", "pod-template-hash"));
    }

    [Fact]
    public async Task A_paused_deployment_takes_the_patch_and_counts_it_and_no_pod_moves_until_it_is_resumed()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        await stage.MergeAsync("""{"spec":{"paused":true}}""");
        Assert.Equal("3", $"{(await stage.DeployAsync("app:v1"))["metadata"]!["generation"]!.GetValue<int>() - 1}");
        await Wait.UntilAsync(async () => (await stage.ReadAsync()).Annotation(WorkloadKind.Deployment.NumberAnnotation!) == "3", "the third revision");
        Assert.All(await stage.PodsAsync(), p => Assert.Equal("app:v2", p.Spec.Containers[0].Image));
        await stage.MergeAsync("""{"spec":{"paused":false}}""");
        await stage.ServedAsync("app:v1");
    }

    [Fact]
    public async Task A_revision_that_comes_back_is_the_old_object_with_a_new_number_and_its_old_number_is_gone()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        var before = await stage.RevisionAsync("app:v1");
        await stage.DeployAsync("app:v1");
        await stage.ServedAsync("app:v1");
        var after = await stage.RevisionAsync("app:v1");
        Assert.Equal((before.Uid, 1L, 3L), (after.Uid, before.Number, after.Number));
        Assert.Equal([3L, 2L], (await stage.RevisionsAsync()).Select(r => r.Number));
        var set = (await stage.Space.ListAsync("replicasets")).Single(s => s["metadata"]!["uid"]!.ToString() == before.Uid);
        Assert.Equal("1", set["metadata"]!["annotations"]!["deployment.kubernetes.io/revision-history"]!.ToString());
    }

    [Theory]
    [InlineData("statefulset")]
    [InlineData("daemonset")]
    public async Task A_controller_revision_that_comes_back_is_renumbered_too(string kind)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, kind);
        var before = await stage.RevisionAsync("app:v1");
        var copy = (await stage.Space.ListAsync("controllerrevisions")).Single(r => r["metadata"]!["uid"]!.ToString() == before.Uid);
        await stage.Space.Kube.AppsV1Patch(stage.Kind.Plural, new V1Patch(copy["data"]!.ToJsonString(), V1Patch.PatchType.StrategicMergePatch), Stage.Name, stage.Space.Name);
        await stage.ServedAsync("app:v1");
        var after = await stage.RevisionAsync("app:v1");
        Assert.Equal((before.Uid, 1L, 3L), (after.Uid, before.Number, after.Number));
        Assert.Equal([3L, 2L], (await stage.RevisionsAsync()).Select(r => r.Number));
    }

    [Fact]
    public async Task A_missed_deadline_ends_the_progress_and_not_the_availability()
    {
        await using var stage = await Stage.CreateAsync(cluster, Manifests.Of("deployment", "app:v1"));
        await stage.MergeAsync("""{"spec":{"progressDeadlineSeconds":2}}""");
        await stage.ServedAsync("app:v1");
        await stage.DeployAsync("broken:v2");
        await Wait.UntilAsync(async () => (await stage.ReadAsync()).Condition("Progressing")?.Text("reason") == "ProgressDeadlineExceeded", "the deadline to be missed");
        var workload = await stage.ReadAsync();
        Assert.Equal(("False", "True"), (workload.Condition("Progressing")?.Text("status"), workload.Condition("Available")?.Text("status")));
        Assert.Equal(RollbackProgressStatus.Failed, Progress.RolloutStatus.Of(workload, null, default).Status);
    }
}
