using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Rollbacks;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Probes;

/// <summary>A probe serves beside the pods of its workload, under the real controllers, and nobody takes it for one of them.</summary>
public sealed class ProbeTests(SharedCluster cluster)
{
    [Theory]
    [MemberData(nameof(RollbackTests.Kinds), MemberType = typeof(RollbackTests))]
    public async Task Every_pod_of_the_workload_is_an_instance_of_its_revision(string kind)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, kind);
        await stage.DeployAsync("unready:v3");
        await Wait.UntilAsync(async () => (await stage.RevisionsAsync()).Length == 3, "a third revision");
        var (old, broken) = ((await stage.RevisionAsync("app:v2")).ToRevision().Id, (await stage.RevisionAsync("unready:v3")).ToRevision().Id);

        // Somebody else's pod bears the same labels; a DaemonSet would make it its own.
        if (kind != "daemonset")
        {
            await stage.Space.Kube.CoreV1.CreateNamespacedPodAsync(
                new V1Pod
                {
                    Metadata = new V1ObjectMeta { Name = "stranger", Labels = new Dictionary<string, string> { ["app"] = Stage.Name } },
                    Spec = new V1PodSpec { Containers = [new V1Container { Name = "app", Image = "app:v2" }] },
                },
                stage.Space.Name);
        }

        var instances = stage.Services.GetRequiredKeyedService<IWorkloadInstances>("kubernetes");
        WorkloadInstancesResult result = new();
        List<(string Name, string Revision)> expected = [];
        await Wait.UntilAsync(
            async () =>
            {
                expected = await OwnAsync(stage, old, broken);
                result = await instances.ReadInstancesAsync(new WorkloadInstancesRequest { Target = stage.Target }, TestContext.Current.CancellationToken);

                // Of one moment: nothing came or went between two looks at the pods.
                return expected.Any(e => e.Revision == broken) && expected.SequenceEqual(await OwnAsync(stage, old, broken));
            },
            "a pod of the new revision");

        Assert.Equal((stage.Space.Name, null), (result.Space, result.Unavailable));
        Assert.Equal(expected, result.Instances.Select(i => (i.Name, i.RevisionId)).Order());
        if (kind is not "daemonset")
            Assert.Contains(expected, e => e.Revision == old);

        var missing = await instances.ReadInstancesAsync(new WorkloadInstancesRequest { Target = stage.Target with { Workload = $"{stage.Kind}/nowhere" } }, TestContext.Current.CancellationToken);
        Assert.Contains("nowhere does not exist in the namespace", missing.Unavailable, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(RollbackTests.Kinds), MemberType = typeof(RollbackTests))]
    public async Task It_serves_beside_the_others_and_no_controller_takes_it(string kind)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, kind);
        var history = stage.Services.GetRequiredKeyedService<IDeploymentHistory>("kubernetes");
        var before = (await history.ReadAsync(new DeploymentHistoryRequest { Target = stage.Target }, TestContext.Current.CancellationToken)).Deployments;
        var request = await stage.ProbeAsync();
        var (old, now) = ((await stage.RevisionAsync("app:v1")).ToRevision().Id, (await stage.RevisionAsync("app:v2")).ToRevision().Id);

        var serving = await stage.ServeAsync(request);
        Assert.NotNull(serving.ServingSince);
        var probe = Assert.Single(await stage.ProbePodsAsync());
        Assert.Equal("app:v1", probe.Spec.Containers[0].Image);
        Assert.Equal(old, serving.Instances.Single(i => i.Name == probe.Metadata.Name).RevisionId);
        var others = serving.Instances.Where(i => i.Name != probe.Metadata.Name).ToList();
        Assert.Equal(kind == "daemonset" ? 1 : 3, others.Count);
        Assert.All(others, i => Assert.Equal(now, i.RevisionId));

        // What a Service selects by, and not what a controller knows its pods by.
        Assert.Equal("web", probe.Metadata.Labels["app"]);
        Assert.Equal(["app", "slorollback.io/probe"], probe.Metadata.Labels.Keys.Order());
        Assert.Equal((600L, "is it the release?"), (probe.Spec.ActiveDeadlineSeconds, probe.Metadata.Annotations["slorollback.io/probe-reason"]));

        // Its controller has work to do, does it, and leaves the probe alone: one pod dies, then all are replaced.
        await stage.Space.Kube.CoreV1.DeleteNamespacedPodAsync(others[0].Name, stage.Space.Name);
        await Wait.UntilAsync(async () => (await stage.PodsAsync()).Count(Stage.IsReady) == others.Count + 1 && (await stage.ReadAsync(request)).Instances.Length == others.Count + 1, "as many pods as before");
        await stage.DeployAsync("app:v3");
        await Wait.UntilAsync(
            async () => (await stage.PodsAsync()).Where(p => p.Metadata.Name != probe.Metadata.Name).All(p => p.Spec.Containers[0].Image == "app:v3" && Stage.IsReady(p)),
            "version 3");
        var left = Assert.Single(await stage.ProbePodsAsync());
        Assert.Equal((probe.Metadata.Uid, null), (left.Metadata.Uid, left.Metadata.DeletionTimestamp));
        Assert.Equal(probe.Metadata.OwnerReferences.Select(o => (o.Kind, o.Uid, o.Controller)), left.Metadata.OwnerReferences.Select(o => (o.Kind, o.Uid, o.Controller)));
        await Wait.UntilAsync(
            async () => (await stage.ReadAsync()) is { IsObserved: true } workload && workload.Status(kind == "daemonset" ? "currentNumberScheduled" : "replicas") == others.Count,
            "a status that does not count the probe");

        // Version 3 is the only deployment since.
        var after = (await history.ReadAsync(new DeploymentHistoryRequest { Target = stage.Target }, TestContext.Current.CancellationToken)).Deployments;
        Assert.Equal(before.Length + 1, after.Length);
        Assert.Equal(3, (await stage.RevisionsAsync()).Length);

        Assert.Equal(ProbeStatus.Removed, (await stage.RemoveAsync(request)).Status);
        await stage.GoneAsync();
        Assert.Equal(ProbeStatus.Removed, (await stage.RemoveAsync(request)).Status);
        var removed = await stage.ReadAsync(request);
        Assert.Equal((ProbeStatus.Removed, null, others.Count), (removed.Status, removed.ServingSince, removed.Instances.Length));
    }

    [Theory]
    [MemberData(nameof(RollbackTests.Kinds), MemberType = typeof(RollbackTests))]
    public async Task A_rollback_is_not_disturbed_by_it(string kind)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, kind);
        var probe = await stage.ProbeAsync();
        await stage.ServeAsync(probe);
        var rollback = await stage.PlannedAsync();
        Assert.Equal(RollbackResultStatus.Applied, (await stage.RollBackAsync(rollback)).Status);
        await stage.UntilAsync(rollback, RollbackProgressStatus.Completed);
        Assert.Equal(ProbeStatus.Serving, (await stage.ReadAsync(probe)).Status);
        Assert.Equal(ProbeStatus.Removed, (await stage.RemoveAsync(probe)).Status);
        await stage.GoneAsync();
        Assert.Equal(RollbackProgressStatus.Completed, (await stage.ProgressAsync(rollback)).Status);
    }

    [Fact]
    public async Task Started_twice_it_is_one_whatever_got_lost()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        var request = await stage.ProbeAsync();
        stage.Interceptor.After = (r, answer) => r.Method == "POST" && r.Path.Contains("/pods", StringComparison.Ordinal) && !r.Path.Contains("dryRun", StringComparison.Ordinal) ? throw new HttpRequestException("lost") : answer;
        var lost = await stage.StartAsync(request);
        Assert.Equal((ProbeStatus.Failed, true), (lost.Status, lost.IsTransient));
        stage.Interceptor.After = (_, answer) => answer;
        Assert.Contains((await stage.StartAsync(request)).Status, new[] { ProbeStatus.Starting, ProbeStatus.Serving });
        Assert.Single(await stage.ProbePodsAsync());

        // Another replica is faster by a hair.
        await stage.RemoveAsync(request);
        await stage.GoneAsync();
        await using var other = stage.WithOptions(_ => { });
        var once = 0;
        stage.Interceptor.Before = async r =>
        {
            if (r.Method == "POST" && r.Path.Contains("/pods", StringComparison.Ordinal) && !r.Path.Contains("dryRun", StringComparison.Ordinal) && once++ == 0)
                await other.StartAsync(request);
            return null;
        };
        Assert.Contains((await stage.StartAsync(request)).Status, new[] { ProbeStatus.Starting, ProbeStatus.Serving });
        Assert.Single(await stage.ProbePodsAsync());
        var second = await stage.StartAsync(request with { Id = new RollbackId("rb-aaaaaaaaaaaaaaaa") });
        Assert.Equal((ProbeStatus.Refused, "another probe runs already: pod web-0123456789012345-probe"), (second.Status, second.Detail));
    }

    [Theory]
    [MemberData(nameof(RollbackTests.Kinds), MemberType = typeof(RollbackTests))]
    public async Task What_a_crash_left_is_swept_with_the_next_probe(string kind)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, kind);
        var request = await stage.ProbeAsync();
        await stage.ServeAsync(request with { TimeToLive = Duration.FromMinutes(5) });
        var next = request with { Id = new RollbackId("rb-aaaaaaaaaaaaaaaa") };
        await using var early = stage.WithOptions(_ => { }, time: new FakeTimeProvider(DateTimeOffset.UtcNow.AddMinutes(4)));
        Assert.Equal(ProbeStatus.Refused, (await early.StartAsync(next)).Status);
        await using var late = stage.WithOptions(_ => { }, time: new FakeTimeProvider(DateTimeOffset.UtcNow.AddMinutes(6)));
        await late.ServeAsync(next);
        await Wait.UntilAsync(async () => (await stage.ProbePodsAsync()).Count == 1, "the new probe only");
        Assert.Equal((ProbeStatus.Removed, "there is no probe"), await StatusAsync(stage, request));
    }

    [Theory]
    [MemberData(nameof(RollbackTests.Kinds), MemberType = typeof(RollbackTests))]
    public async Task What_a_crash_left_is_swept_when_a_host_starts(string kind)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, kind);
        var request = await stage.ProbeAsync();
        await stage.ServeAsync(request with { TimeToLive = Duration.FromMinutes(5) });
        var targets = new[] { stage.Target, stage.Target with { Workload = $"{stage.Kind}/another" }, stage.Target with { Workload = "nonsense" } };
        var name = (await stage.ProbePodsAsync())[0].Metadata.Name;

        await using var early = stage.WithOptions(_ => { }, time: new FakeTimeProvider(DateTimeOffset.UtcNow.AddMinutes(4)));
        var swept = await early.SweepAsync(targets);
        Assert.Equal((0, 0), (swept.Removed.Length, swept.Problems.Length));
        Assert.Single(await stage.ProbePodsAsync());

        // By name of its own, since nobody knows its request any more.
        await using var late = stage.WithOptions(_ => { }, time: new FakeTimeProvider(DateTimeOffset.UtcNow.AddMinutes(6)));
        foreach (var (method, problem) in new[] { ("DELETE", $"the probe {stage.Space.Name}/{name} cannot be deleted"), ("GET", $"the probes of namespace {stage.Space.Name} cannot be listed") })
        {
            late.Interceptor.Before = r => Task.FromResult(r.Method == method ? Interceptor.Status(403, "Forbidden") : null);
            swept = await late.SweepAsync(targets);
            Assert.Empty(swept.Removed);
            Assert.StartsWith(problem, Assert.Single(swept.Problems), StringComparison.Ordinal);
        }

        late.Interceptor.Before = _ => Task.FromResult<HttpResponseMessage?>(null);
        swept = await late.SweepAsync(targets);
        Assert.Equal([$"{stage.Space.Name}/{name}"], swept.Removed);
        await stage.GoneAsync();
        Assert.Empty((await late.SweepAsync(targets)).Removed);
        Assert.Equal(kind == "daemonset" ? 1 : 3, (await stage.PodsAsync()).Count(Stage.IsReady));
    }

    [Fact]
    public async Task What_the_kubelet_ended_is_over_and_is_swept()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        var request = await stage.ProbeAsync();
        await stage.ServeAsync(request);
        var name = (await stage.ProbePodsAsync())[0].Metadata.Name;
        await stage.Space.Kube.CoreV1.PatchNamespacedPodStatusAsync(
            new k8s.Models.V1Patch("""{"status":{"phase":"Failed","reason":"DeadlineExceeded"}}""", k8s.Models.V1Patch.PatchType.MergePatch), name, stage.Space.Name);
        Assert.Equal((ProbeStatus.Removed, $"pod {name} has ended: DeadlineExceeded"), await StatusAsync(stage, request));
        Assert.Equal((ProbeStatus.Removed, $"pod {name} has ended: DeadlineExceeded"), await StatusAsync(stage, request));
        await stage.ServeAsync(request with { Id = new RollbackId("rb-aaaaaaaaaaaaaaaa") });
        await Wait.UntilAsync(async () => (await stage.ProbePodsAsync()).Count == 1, "the new probe only");
    }

    [Theory]
    [MemberData(nameof(RollbackTests.Kinds), MemberType = typeof(RollbackTests))]
    public async Task It_goes_with_its_workload(string kind)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, kind);
        var request = await stage.ProbeAsync();
        await stage.ServeAsync(request);
        await stage.Space.Kube.CustomObjects.DeleteNamespacedCustomObjectAsync<System.Text.Json.JsonElement>("apps", "v1", stage.Space.Name, stage.Kind.Plural, Stage.Name);
        await stage.GoneAsync();
        Assert.Equal(ProbeStatus.Removed, (await stage.ReadAsync(request)).Status);
    }

    [Fact]
    public async Task One_that_does_not_come_up_says_why()
    {
        await using var stage = await Stage.CreateAsync(cluster, Manifests.Of("deployment", "broken:v1"));
        await Wait.UntilAsync(async () => (await stage.RevisionsAsync()).Length == 1, "a first revision");
        await stage.DeployAsync("app:v2");
        await stage.ServedAsync("app:v2");
        var request = await stage.ProbeAsync("broken:v1");
        Assert.Equal(ProbeStatus.Starting, (await stage.StartAsync(request)).Status);
        await Wait.UntilAsync(async () => (await stage.ReadAsync(request)).Detail.EndsWith("is not ready: ImagePullBackOff", StringComparison.Ordinal), "the reason");
        Assert.Equal(3, (await stage.ReadAsync(request)).Instances.Length);
    }

    /// <summary>Every pod that the workload's controllers own, with the revision whose image it runs.</summary>
    private static async Task<List<(string Name, string Revision)>> OwnAsync(Stage stage, string old, string broken) =>
    [
        .. (await stage.PodsAsync())
            .Where(p => p.Metadata.OwnerReferences is { Count: > 0 })
            .Select(p => (p.Metadata.Name, p.Spec.Containers[0].Image == "app:v2" ? old : broken))
            .Order(),
    ];

    private static async Task<(ProbeStatus Status, string Detail)> StatusAsync(Stage stage, ProbeRequest request)
    {
        var result = await stage.ReadAsync(request);
        return (result.Status, result.Detail);
    }
}
