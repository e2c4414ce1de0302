using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Rollbacks;

/// <summary>A control plane that comes and goes in the middle of a rollback. It is the test's own: the others' must not notice.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task Servers_that_are_killed_and_started_again_neither_lose_nor_double_a_rollback()
    {
        Assert.SkipUnless(ControlPlane.IsAvailable, ControlPlane.SkipReason);
        await using var plane = await ControlPlane.StartAsync(TestContext.Current.CancellationToken);
        await using var space = await TestNamespace.CreateAsync(plane);
        await using var stage = await Stage.CreateAsync(space, Manifests.Of("deployment", "app:v1"));
        await stage.ServedAsync("app:v1");
        await stage.DeployAsync("app:v2");
        await stage.ServedAsync("app:v2");
        var request = await stage.PlannedAsync();

        // The controllers are gone, and a hotfix lands: kubectl would go one revision too far now.
        await plane.KillControllersAsync();
        await stage.DeployAsync("app:v3");
        var plan = await stage.PlanAsync(request);
        Assert.Equal((false, HoldReason.Unknown), (plan.IsPossible, plan.Refusal));
        Assert.Contains("has not yet seen its newest change (generation 3, seen 2)", plan.Summary, StringComparison.Ordinal);
        Assert.Contains("moved: its pod template was changed", (await stage.RollBackAsync(request)).Detail, StringComparison.Ordinal);

        // Taken back before the controllers could see it: it is the workload of the plan again, once they have.
        await stage.DeployAsync("app:v2");
        var waiting = await stage.RollBackAsync(request);
        Assert.Equal((RollbackResultStatus.Failed, true), (waiting.Status, waiting.IsTransient));
        await plane.StartControllersAsync(TestContext.Current.CancellationToken);
        await stage.ServedAsync("app:v2");

        // The API server dies while it is patched, and comes back.
        stage.Interceptor.Before = async r =>
        {
            if (r.IsRollback)
                await plane.KillApiServerAsync();
            return null;
        };
        var cut = await stage.RollBackAsync(request);
        Assert.Equal((RollbackResultStatus.Failed, true), (cut.Status, cut.IsTransient));
        Assert.Equal(RollbackProgressStatus.Unknown, (await stage.ProgressAsync(request)).Status);
        Assert.Equal(HoldReason.Unknown, (await stage.PlanAsync(request)).Refusal);

        await plane.StartApiServerAsync(TestContext.Current.CancellationToken);
        stage.Interceptor.Before = _ => Task.FromResult<HttpResponseMessage?>(null);
        Assert.Equal(RollbackProgressStatus.NotApplied, (await stage.ProgressAsync(request)).Status);
        Assert.Equal(RollbackResultStatus.Applied, (await stage.RollBackAsync(request)).Status);

        // And once more while it is followed.
        await plane.KillApiServerAsync();
        Assert.Equal(RollbackProgressStatus.Unknown, (await stage.ProgressAsync(request)).Status);
        await plane.StartApiServerAsync(TestContext.Current.CancellationToken);
        await stage.UntilAsync(request, RollbackProgressStatus.Completed);
        await stage.ServedAsync("app:v1");
    }
}
