using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Kubernetes.Workloads;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Rollbacks;

/// <summary>A rollback from plan to completion on a real control plane, for every kind of workload.</summary>
public sealed class RollbackTests(SharedCluster cluster)
{
    public static TheoryData<string> Kinds => ["deployment", "statefulset", "parallel", "daemonset"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_named_revision_comes_back_and_serves_alone(string kind)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, kind);
        var before = await stage.ReadAsync();
        var good = await stage.RevisionAsync("app:v1");
        var request = await stage.RequestAsync();

        var plan = await stage.PlanAsync(request);
        Assert.True(plan.IsPossible, plan.Summary);
        Assert.Contains("container app: image app:v2 → app:v1", plan.Summary, StringComparison.Ordinal);
        Assert.Equal(before.ResourceVersion, (await stage.ReadAsync()).ResourceVersion);
        Assert.Equal(RollbackProgressStatus.NotApplied, (await stage.ProgressAsync(request with { WorkloadIdentity = plan.WorkloadIdentity })).Status);

        request = request with { WorkloadIdentity = plan.WorkloadIdentity };
        stage.Interceptor.Requests.Clear();
        var result = await stage.RollBackAsync(request);
        Assert.True(result.Status == RollbackResultStatus.Applied, result.Detail);
        Assert.InRange(stage.Interceptor.Requests.TakeWhile(r => !r.IsRollback).Count() + 1, 1, 3);

        var done = await stage.UntilAsync(request, RollbackProgressStatus.Completed);
        Assert.NotNull(done.CompletedAt);
        Assert.All((await stage.PodsAsync()).Where(p => p.Metadata.DeletionTimestamp is null), p => Assert.Equal("app:v1", p.Spec.Containers[0].Image));

        // The old revision object serves again, under a new number; nothing of the controller's own marks is left in the template.
        var after = await stage.ReadAsync();
        var running = WorkloadRevisions.Running(after, await stage.RevisionsAsync())!;
        Assert.Equal((good.Uid, good.Hash), (running.Uid, running.Hash));
        Assert.True(running.Number > good.Number);
        Assert.Null(after.Template!.Value.At("metadata", "labels", "pod-template-hash"));
        Assert.Equal(request.Id.Value, after.Annotation("slorollback.io/rollback-id"));
        Assert.Equal("the release fails", after.Annotation("slorollback.io/rollback-reason"));
        Assert.StartsWith("SloRollback rb-0123456789abcdef: ", after.Annotation("kubernetes.io/change-cause"), StringComparison.Ordinal);
        Assert.Contains("slorollback", after.Managers);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Applied_twice_it_changes_nothing(string kind)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, kind);
        var request = await stage.PlannedAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => stage.RollBackAsync(request)));
        Assert.All(answers, a => Assert.True(a.Status == RollbackResultStatus.Applied, a.Detail));
        Assert.Equal(1, stage.Interceptor.Requests.Count(r => r.IsRollback) - stage.Interceptor.Conflicts);
        await stage.UntilAsync(request, RollbackProgressStatus.Completed);

        var before = await stage.ReadAsync();
        Assert.Equal(RollbackResultStatus.Applied, (await stage.RollBackAsync(request)).Status);
        Assert.Equal((before.Generation, before.Template!.Value.GetRawText()), ((await stage.ReadAsync()).Generation, (await stage.ReadAsync()).Template!.Value.GetRawText()));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Two_rollbacks_in_a_row_do_not_bring_the_bad_version_back(string kind)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, kind);
        var first = await stage.PlannedAsync();
        await stage.RollBackAsync(first);
        await stage.UntilAsync(first, RollbackProgressStatus.Completed);

        // By position the version before this one is v1 at the second place, or v2 if revisions are not counted anew.
        await stage.DeployAsync("app:v3");
        await stage.ServedAsync("app:v3");
        var second = await stage.PlannedAsync(await stage.RequestAsync("app:v3", id: "rb-2") with { To = first.To });
        Assert.Equal(RollbackResultStatus.Applied, (await stage.RollBackAsync(second)).Status);
        await stage.UntilAsync(second, RollbackProgressStatus.Completed);
        await stage.ServedAsync("app:v1");
        Assert.Equal(RollbackResultStatus.Refused, (await stage.RollBackAsync(first)).Status);
    }

    [Fact]
    public async Task A_restart_makes_a_revision_that_is_passed_over_with_the_version_that_was_restarted()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        await stage.MergeAsync("""{"spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"2026-11-23T10:00:00Z"}}}}}""");
        await stage.ServedAsync("app:v2");
        var revisions = await stage.RevisionsAsync();
        Assert.Equal(3, revisions.Length);

        var request = await stage.PlannedAsync(new RollbackRequest
        {
            Id = new RollbackId("rb-1"),
            Target = stage.Target,
            From = revisions[0].ToRevision(),
            To = (await stage.RevisionAsync("app:v1")).ToRevision(),
        });
        Assert.Equal(RollbackResultStatus.Applied, (await stage.RollBackAsync(request)).Status);
        await stage.ServedAsync("app:v1");
    }

    [Fact]
    public async Task The_change_cause_of_the_revision_is_kept_in_ours()
    {
        await using var stage = await Stage.CreateAsync(cluster, Manifests.Of("deployment", "app:v1"));
        await stage.MergeAsync("""{"metadata":{"annotations":{"kubernetes.io/change-cause":"first release"}}}""");
        await stage.ServedAsync("app:v1");
        await stage.MergeAsync("""{"metadata":{"annotations":{"kubernetes.io/change-cause":"second release"}},"spec":{"template":{"spec":{"containers":[{"name":"app","image":"app:v2"}]}}}}""");
        await stage.ServedAsync("app:v2");

        var request = await stage.PlannedAsync();
        Assert.Contains("\"first release\"", (await stage.PlanAsync(request)).Summary, StringComparison.Ordinal);
        await stage.RollBackAsync(request);
        await stage.UntilAsync(request, RollbackProgressStatus.Completed);
        Assert.Contains("(\"first release\")", (await stage.RevisionAsync("app:v1")).ChangeCause, StringComparison.Ordinal);
        Assert.Equal("second release", (await stage.RevisionAsync("app:v2")).ChangeCause);
    }
}
