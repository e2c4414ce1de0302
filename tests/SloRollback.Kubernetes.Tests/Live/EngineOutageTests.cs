using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Kubernetes.Workloads;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Live;

/// <summary>One rollback, and an API server that is killed at every moment of it. The control plane is the test's own.</summary>
public sealed class EngineOutageTests
{
    [Fact]
    public async Task An_API_server_that_dies_in_watch_plan_patch_and_verification_delays_one_rollback_and_makes_no_second()
    {
        Assert.SkipUnless(ControlPlane.IsAvailable, ControlPlane.SkipReason);
        var cancel = TestContext.Current.CancellationToken;
        await using var plane = await ControlPlane.StartAsync(cancel);
        await using var space = await TestNamespace.CreateAsync(plane);
        await using var stage = await Stage.CreateAsync(space, Manifests.Of("deployment", "app:v1"), isGuest: true);
        await stage.ServedAsync("app:v1");
        var service = new PodTraffic("checkout", space, $"{space.Name}/deployment/{Stage.Name}", image => image == "app:v2");
        await using var engine = new LiveEngine(o => o.Kubeconfig = plane.Kubeconfig, service);
        var kills = new List<string>();
        using var turn = new SemaphoreSlim(1, 1);
        var accepted = 0;
        engine.Interceptor.Before = async request =>
        {
            if (request.Method == "PATCH" && !request.IsRollback && !kills.Contains("plan"))
                await KillAsync("plan");
            else if (request.IsRollback && !kills.Contains("patch"))
                await KillAsync("patch");
            return null;
        };
        engine.Interceptor.After = (request, answer) =>
        {
            if (!request.IsRollback || !answer.IsSuccessStatusCode)
                return answer;

            // The server stored it, and died before anybody knew.
            accepted++;
            lock (kills)
                kills.Add("answer");
            throw new HttpRequestException("the connection was closed");
        };
        await engine.StartAsync();

        // In the watch, and the release lands before the history has found back.
        await KillAsync("watch");
        await StartAgainAsync();
        await stage.DeployAsync("app:v2");

        await KilledAsync("plan");
        var evaluated = engine.Status.EvaluatedAt;
        await Wait.UntilAsync(() => engine.Status.EvaluatedAt > evaluated, () => $"an evaluation without a plan: {engine.Story}");
        Assert.True(engine.Status.Guards.Rollbacks.All(r => r.State == RollbackState.Proposed), engine.Story);
        await StartAgainAsync();

        await KilledAsync("patch");
        Assert.Equal(0, accepted);
        await StartAgainAsync();

        await KilledAsync("answer");
        await KillAsync("after the answer");
        await StartAgainAsync();

        await Wait.UntilAsync(() => engine.RollbackOf(service)?.State == RollbackState.Verifying, () => $"the verification: {engine.Story}");
        await KillAsync("verification");
        evaluated = engine.Status.EvaluatedAt + NodaTime.Duration.FromSeconds(2);
        await Wait.UntilAsync(() => engine.Status.EvaluatedAt > evaluated, () => $"evaluations without a server: {engine.Story}");
        await StartAgainAsync();

        var rollback = await engine.EndedAsync(service);
        Assert.True(rollback.State == RollbackState.Succeeded, engine.Story);
        Assert.Equal((1, 6), (accepted, kills.Count));
        await stage.ServedAsync("app:v1");
        var workload = await stage.ReadAsync();
        Assert.Equal((3L, rollback.Id.Value, "3"), (workload.Generation, workload.Annotation(RollbackMarks.Id), workload.Annotation(WorkloadKind.Deployment.NumberAnnotation!)));
        Assert.Single(engine.Status.Guards.Rollbacks);

        async Task KillAsync(string when)
        {
            // A server that is being started is left to start.
            await turn.WaitAsync(cancel);
            await plane.KillApiServerAsync();
            turn.Release();
            lock (kills)
                kills.Add(when);
        }

        async Task StartAgainAsync()
        {
            await turn.WaitAsync(cancel);
            await plane.StartApiServerAsync(cancel);
            turn.Release();
        }

        Task KilledAsync(string when) => Wait.UntilAsync(
            () =>
            {
                lock (kills)
                    return kills.Contains(when);
            },
            () => $"the {when}: {engine.Story}",
            seconds: 90);
    }
}
