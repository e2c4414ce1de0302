using k8s;
using k8s.Models;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Rollbacks;

/// <summary>A rollback that cannot be, or must not be, is refused with the exact reason and changes nothing.</summary>
public sealed class RefusalTests(SharedCluster cluster)
{
    [Theory]
    [MemberData(nameof(RollbackTests.Kinds), MemberType = typeof(RollbackTests))]
    public async Task A_hotfix_after_the_plan_is_never_overwritten(string kind)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, kind);
        var request = await stage.PlannedAsync();
        await stage.DeployAsync("app:v3");
        await RefusedAsync(stage, request, "moved: its pod template was changed");
        await stage.ServedAsync("app:v3");
        await RefusedAsync(stage, request, "moved: its pod template was changed");
        Assert.Equal(RollbackProgressStatus.NotApplied, (await stage.ProgressAsync(request)).Status);
        var plan = await stage.PlanAsync(request);
        Assert.Equal((false, HoldReason.Superseded), (plan.IsPossible, plan.Refusal));
    }

    [Theory]
    [MemberData(nameof(RollbackTests.Kinds), MemberType = typeof(RollbackTests))]
    public async Task A_hotfix_between_reading_and_patching_is_never_overwritten(string kind)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, kind);
        var request = await stage.PlannedAsync();
        stage.Interceptor.Before = async r =>
        {
            if (r.IsRollback)
                await stage.DeployAsync("app:v3");
            return null;
        };
        await RefusedAsync(stage, request, "moved: its pod template was changed");
        Assert.Equal(1, stage.Interceptor.Conflicts);
        await stage.ServedAsync("app:v3");
    }

    [Theory]
    [MemberData(nameof(RollbackTests.Kinds), MemberType = typeof(RollbackTests))]
    public async Task Going_elsewhere_and_coming_back_is_moving_too(string kind)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, kind);
        var request = await stage.PlannedAsync();
        await stage.DeployAsync("app:v3");
        await stage.ServedAsync("app:v3");
        await stage.DeployAsync("app:v2");
        await stage.ServedAsync("app:v2");
        await RefusedAsync(stage, request, "moved: it was rolled out again");
    }

    [Fact]
    public async Task A_workload_that_was_made_anew_is_another_one()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        var request = await stage.PlannedAsync();
        await stage.Space.Kube.AppsV1.DeleteNamespacedDeploymentAsync(Stage.Name, stage.Space.Name);
        await stage.Space.CreateAsync("deployments", Manifests.Of("deployment", "app:v2"));
        await RefusedAsync(stage, request, "moved: it was deleted and made anew");
        Assert.Equal(RollbackProgressStatus.RevertedByOther, (await stage.ProgressAsync(request)).Status);
    }

    [Fact]
    public async Task Scale_annotations_and_status_are_no_moves()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        var request = await stage.PlannedAsync();
        await stage.MergeAsync("""{"metadata":{"annotations":{"note":"seen"}},"spec":{"replicas":4}}""");
        var tries = 0;
        stage.Interceptor.Before = async r =>
        {
            // As of a crash loop: something writes before every patch, three times over.
            if (r.IsRollback && ++tries <= 3)
                await stage.Space.MergeStatusAsync("deployments", Stage.Name, $$"""{"status":{"collisionCount":{{tries + 100}} } }""");
            return null;
        };
        var result = await stage.RollBackAsync(request);
        Assert.True(result.Status == RollbackResultStatus.Applied, result.Detail);
        Assert.Equal((4, 3), (tries, stage.Interceptor.Conflicts));
        Assert.Equal(4, (await stage.ReadAsync()).Replicas);
    }

    [Fact]
    public async Task Reading_again_has_an_end()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment", o => o.MaximumRetries = 2);
        var request = await stage.PlannedAsync();
        var tries = 0;
        stage.Interceptor.Before = async r =>
        {
            if (r.IsRollback)
                await stage.MergeAsync($$"""{"metadata":{"annotations":{"tick":"{{++tries}}"} } }""");
            return null;
        };
        var result = await stage.RollBackAsync(request);
        Assert.Equal((RollbackResultStatus.Failed, true, 3), (result.Status, result.IsTransient, tries));
        Assert.Contains("changed between every reading and patching", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_status_is_written_all_the_time_it_succeeds()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        var request = await stage.PlannedAsync();
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await stage.Space.MergeStatusAsync("deployments", Stage.Name, $$"""{"status":{"collisionCount":{{i % 7}} } }""");
                await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
            }
        });
        var result = await stage.RollBackAsync(request);
        await stop.CancelAsync();
        await writing;
        Assert.True(result.Status == RollbackResultStatus.Applied, result.Detail);
    }

    [Fact]
    public async Task A_paused_workload_would_take_the_patch_and_not_move()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        var request = await stage.PlannedAsync();
        await stage.MergeAsync("""{"spec":{"paused":true}}""");
        await RefusedAsync(stage, request, "is paused");
        var plan = await stage.PlanAsync(request);
        Assert.Equal((false, HoldReason.Unknown), (plan.IsPossible, plan.Refusal));
        Assert.Contains("deployment/web is paused", plan.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workload_that_is_being_deleted_is_left_alone()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        var request = await stage.PlannedAsync();
        await stage.MergeAsync("""{"metadata":{"finalizers":["example.org/wait"]}}""");
        await stage.Space.Kube.AppsV1.DeleteNamespacedDeploymentAsync(Stage.Name, stage.Space.Name);
        await RefusedAsync(stage, request, "is being deleted");
        Assert.Contains("is being deleted", (await stage.PlanAsync(request)).Summary, StringComparison.Ordinal);
        await stage.MergeAsync("""{"metadata":{"finalizers":null}}""");
    }

    [Fact]
    public async Task A_revision_that_the_cluster_no_longer_keeps_cannot_come_back()
    {
        await using var stage = await Stage.CreateAsync(cluster, Manifests.Of("deployment", "app:v1"));
        await stage.ServedAsync("app:v1");
        var old = (await stage.RevisionAsync("app:v1")).ToRevision();
        await stage.MergeAsync("""{"spec":{"revisionHistoryLimit":0}}""");
        foreach (var image in (string[])["app:v2", "app:v4"])
        {
            await stage.DeployAsync(image);
            await stage.ServedAsync(image);
        }

        await Wait.UntilAsync(async () => (await stage.RevisionsAsync()).Length == 1, "old revisions go");
        var plan = await stage.PlanAsync(await stage.RequestAsync("app:v4", "app:v4") with { To = old });
        Assert.Equal((false, HoldReason.NoKnownGoodRevision), (plan.IsPossible, plan.Refusal));
        Assert.Contains($"{old.Name} ({old.Id}) is not among the 1 revisions", plan.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_asks_for_the_revision_already_needs_no_rollback()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        var request = await stage.RequestAsync();
        await stage.DeployAsync("app:v1");
        await stage.ServedAsync("app:v1");
        var plan = await stage.PlanAsync(request);
        Assert.Equal(HoldReason.Superseded, plan.Refusal);
        Assert.Contains("already asks for", plan.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("statefulset")]
    [InlineData("daemonset")]
    public async Task With_OnDelete_nothing_would_move(string kind)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, kind);
        await stage.MergeAsync("""{"spec":{"updateStrategy":{"type":"OnDelete","rollingUpdate":null}}}""");
        Assert.Contains("OnDelete", (await stage.PlanAsync(await stage.RequestAsync())).Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deployment/other", "deployment/other does not exist in the namespace")]
    [InlineData("nowhere/deployment/web", "deployment/web does not exist in the namespace nowhere")]
    public async Task What_does_not_exist_is_named(string workload, string expected)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        var request = await stage.PlannedAsync() with { Target = new DeploymentTarget { Provider = "kubernetes", Workload = workload } };
        Assert.Contains(expected, (await stage.PlanAsync(request)).Summary, StringComparison.Ordinal);
        Assert.Contains(expected, (await stage.RollBackAsync(request)).Detail, StringComparison.Ordinal);
        Assert.Equal(RollbackResultStatus.Refused, (await stage.RollBackAsync(request)).Status);
    }

    [Theory]
    [InlineData("", "the token of the plan is missing")]
    [InlineData("v2|x", "the token of the plan is missing or of another version")]
    public async Task Without_the_token_of_a_plan_nothing_is_done(string token, string expected)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        await RefusedAsync(stage, await stage.RequestAsync() with { WorkloadIdentity = token }, expected);
    }

    [Fact]
    public async Task A_quota_without_room_is_NoCapacity_and_told_while_it_lacks()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        await stage.Space.Kube.CoreV1.CreateNamespacedResourceQuotaAsync(
            new V1ResourceQuota { Metadata = new V1ObjectMeta { Name = "tight" }, Spec = new V1ResourceQuotaSpec { Hard = new Dictionary<string, ResourceQuantity> { ["pods"] = new("3") } } },
            stage.Space.Name);
        await Wait.UntilAsync(
            async () => (await stage.Space.Kube.CoreV1.ReadNamespacedResourceQuotaAsync("tight", stage.Space.Name)).Status?.Used?.TryGetValue("pods", out var used) == true && used.ToString() == "3",
            "the quota is counted");
        var plan = await stage.PlanAsync(await stage.RequestAsync());
        Assert.Equal((false, HoldReason.NoCapacity), (plan.IsPossible, plan.Refusal));
        Assert.Contains("the ResourceQuota tight has no room for one more pod: pods is 3 of 3", plan.Summary, StringComparison.Ordinal);

        // The patch itself is accepted, and no pod can be made.
        await using var careless = stage.WithOptions(o => o.CheckCapacity = false);
        var request = await careless.PlannedAsync(await careless.RequestAsync());
        Assert.Equal(RollbackResultStatus.Applied, (await careless.RollBackAsync(request)).Status);
        await Wait.UntilAsync(async () => (await careless.ProgressAsync(request)).Detail.Contains("FailedCreate", StringComparison.Ordinal), "the quota is told");
    }

    private static async Task RefusedAsync(Stage stage, RollbackRequest request, string why)
    {
        var before = (await stage.ReadAsync()).Template!.Value.GetRawText();
        var result = await stage.RollBackAsync(request);
        Assert.True(result.Status == RollbackResultStatus.Refused, $"{result.Status}: {result.Detail}");
        Assert.Contains(why, result.Detail, StringComparison.Ordinal);
        if (stage.Interceptor.Conflicts == 0)
            Assert.Equal(before, (await stage.ReadAsync()).Template!.Value.GetRawText());
    }
}
