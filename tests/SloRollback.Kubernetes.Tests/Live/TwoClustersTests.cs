using Microsoft.Extensions.DependencyInjection;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Kubernetes.Workloads;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Live;

/// <summary>One host and two control planes, in which everything has the same name: what is meant for one never happens to the other.</summary>
public sealed class TwoClustersTests(SharedCluster cluster)
{
    [Fact]
    public async Task Each_target_is_rolled_back_in_its_own_cluster()
    {
        Assert.SkipUnless(ControlPlane.IsAvailable, ControlPlane.SkipReason);
        await using var plane = await ControlPlane.StartAsync(TestContext.Current.CancellationToken);
        await using var a = await Stage.CreateAsync(cluster, Manifests.Of("deployment", "app:v1"));
        await using var other = await TestNamespace.CreateAsync(plane, a.Space.Name);
        await using var b = await Stage.CreateAsync(other, Manifests.Of("deployment", "app:v1"), isGuest: true);
        foreach (var stage in (Stage[])[a, b])
            await stage.ServedAsync("app:v1");

        // The same release fails in b; in a the one after it does.
        var workload = $"{a.Space.Name}/deployment/{Stage.Name}";
        var east = new PodTraffic("east", a.Space, workload, image => image == "app:v3", "a");
        var west = new PodTraffic("west", b.Space, workload, image => image == "app:v2", "b");
        await using var engine = new LiveEngine(
            o =>
            {
                o.Clusters["a"] = new KubernetesClusterOptions { Kubeconfig = a.Space.Kubeconfig };
                o.Clusters["b"] = new KubernetesClusterOptions { Kubeconfig = b.Space.Kubeconfig };
            },
            east,
            west);
        var written = new List<Uri>();
        engine.Interceptor.Change = (seen, message) =>
        {
            if (seen.IsRollback)
                written.Add(new Uri(message.RequestUri!.GetLeftPart(UriPartial.Authority)));
        };
        await engine.StartAsync();
        await a.DeployAsync("app:v2");
        await b.DeployAsync("app:v2");
        Assert.True((await engine.EndedAsync(west)).State == RollbackState.Succeeded, engine.Story);
        await b.ServedAsync("app:v1");
        await a.ServedAsync("app:v2");
        Assert.Null(engine.RollbackOf(east));
        Assert.All(written, w => Assert.Equal(b.Space.Kube.BaseUri, w));
        var (inA, inB) = (await a.ReadAsync(), await b.ReadAsync());
        Assert.Equal((2L, null), (inA.Generation, inA.Annotation(RollbackMarks.Id)));
        Assert.Equal(3L, inB.Generation);

        // And the other way round: a goes back to the version that b could not run.
        written.Clear();
        await a.DeployAsync("app:v3");
        var rollback = await engine.EndedAsync(east);
        Assert.True(rollback.State == RollbackState.Succeeded, engine.Story);
        Assert.Equal(("rev 3", "rev 2"), (rollback.From.Name, rollback.To.Name));
        await a.ServedAsync("app:v2");
        Assert.All(written, w => Assert.Equal(a.Space.Kube.BaseUri, w));
        var after = await b.ReadAsync();
        Assert.Equal((inB.Generation, inB.Annotation(RollbackMarks.Id), "app:v1"), (after.Generation, after.Annotation(RollbackMarks.Id), after.Template!.Value.Items("spec", "containers").First().Text("image")));

        // A cluster that is down, and one that nobody knows, are not replaced by the other one.
        await plane.KillApiServerAsync();
        var provider = engine.Host.Services.GetRequiredKeyedService<IDeploymentRollbacker>("kubernetes");
        var request = new RollbackRequest { Id = new RollbackId("rb-1"), Target = west.Target, From = rollback.From, To = rollback.To, WorkloadIdentity = (await a.PlanAsync(await a.RequestAsync("app:v2", "app:v1"))).WorkloadIdentity };
        var asked = engine.Interceptor.Requests.Count(r => r.Method == "PATCH");
        Assert.True((await provider.RollBackAsync(request, TestContext.Current.CancellationToken)).IsTransient);
        Assert.Contains("\"c\" is not a cluster; known: a, b", (await provider.RollBackAsync(request with { Target = west.Target with { Infrastructure = "c" } }, TestContext.Current.CancellationToken)).Detail, StringComparison.Ordinal);
        Assert.Equal(asked, engine.Interceptor.Requests.Count(r => r.Method == "PATCH"));
    }
}
