using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Kubernetes.Workloads;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Live;

/// <summary>Every kind of workload through the whole engine at once: a good version, a bad one, the decision, the rollback, and its proof by what clients see.</summary>
public sealed class EveryKindTests(SharedCluster cluster)
{
    [Fact]
    public async Task A_bad_release_is_rolled_back_once_and_its_success_is_measured()
    {
        // Three rollbacks an hour are allowed over all targets. Deployments are in RealClusterTests and TakeoverTests.
        var stages = new List<Stage>();
        foreach (var kind in (string[])["statefulset", "parallel", "daemonset"])
        {
            stages.Add(await Stage.CreateAsync(cluster, Manifests.Of(kind, "app:v1")));
            await stages[^1].ServedAsync("app:v1");
        }

        var traffic = stages.Select((s, i) => new PodTraffic($"service-{i}", s.Space, $"{s.Space.Name}/{s.Kind}/{Stage.Name}", image => image == "app:v2")).ToArray();
        await using (var engine = new LiveEngine(o => o.Kubeconfig = stages[0].Space.Kubeconfig, traffic))
        {
            await engine.StartAsync();
            foreach (var stage in stages)
                await stage.DeployAsync("app:v2");

            foreach (var (stage, service) in stages.Zip(traffic))
            {
                var rollback = await engine.EndedAsync(service);
                Assert.True(rollback.State == RollbackState.Succeeded, engine.Story);
                Assert.Equal(("rev 2", "rev 1", RollbackMode.Automatic), (rollback.From.Name, rollback.To.Name, rollback.Mode));
                await stage.ServedAsync("app:v1");
                var workload = await stage.ReadAsync();
                Assert.Equal((3L, rollback.Id.Value), (workload.Generation, workload.Annotation(RollbackMarks.Id)));
                Assert.Equal([3L, 2L], (await stage.RevisionsAsync()).Select(r => r.Number));
            }

            Assert.Equal(3, engine.Interceptor.Requests.Count(r => r.IsRollback) - engine.Interceptor.Conflicts);
        }

        foreach (var stage in stages)
            await stage.DisposeAsync();
    }
}
