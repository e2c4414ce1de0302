using SloRollback.Deployments;
using SloRollback.Rollbacks;
using SloRollback.Sample.Checkout;
using SloRollback.Sample.Platform;

namespace SloRollback.EndToEnd.Tests.Platform;

/// <summary>The promises that every rollbacker has to keep, kept by the example.</summary>
public sealed class CheckoutRollbackerTests : IAsyncLifetime
{
    private static readonly RollbackId Id = new("rollback-of-v2");
    private readonly DeploymentLog log = new();
    private readonly CheckoutPlatform platform;
    private readonly CheckoutRollbacker rollbacker;

    public CheckoutRollbackerTests()
    {
        platform = new CheckoutPlatform([0], new Dependency(), log, TimeProvider.System);
        rollbacker = new CheckoutRollbacker(platform);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await platform.Release(new AppVersion("v1")).Completion;
        await platform.Release(new AppVersion("v2")).Completion;
    }

    public ValueTask DisposeAsync() => platform.DisposeAsync();

    [Fact]
    public async Task Planning_changes_nothing()
    {
        var plan = await PlanAsync("v2", "v1");
        Assert.True(plan.IsPossible);
        Assert.Equal("v2", platform.Current?.Version.Name);
        Assert.False((await PlanAsync("v3", "v1")).IsPossible);
    }

    [Fact]
    public async Task Same_id_twice_is_one_rollback_that_is_reported_as_a_rollback()
    {
        var plan = await PlanAsync("v2", "v1");
        var results = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => RollBackAsync(plan.WorkloadIdentity))));
        Assert.All(results, r => Assert.Equal(RollbackResultStatus.Applied, r.Status));
        await platform.Current!.Completion;

        Assert.Equal(RollbackResultStatus.Applied, (await RollBackAsync(plan.WorkloadIdentity)).Status);
        Assert.Equal(RollbackProgressStatus.Completed, (await ProgressAsync()).Status);
        Assert.Single(log.Recorded.Where(d => d.IsRollback).DistinctBy(d => d.Id));
    }

    [Fact]
    public async Task Workload_that_moved_since_the_plan_is_left_alone()
    {
        var plan = await PlanAsync("v2", "v1");
        await platform.Release(new AppVersion("v3")).Completion;

        Assert.Equal(RollbackResultStatus.Refused, (await RollBackAsync(plan.WorkloadIdentity)).Status);
        Assert.Equal(RollbackProgressStatus.NotApplied, (await ProgressAsync()).Status);
        Assert.Equal("v3", platform.Current?.Version.Name);
    }

    [Fact]
    public async Task Release_after_the_rollback_shows_as_reverted()
    {
        await RollBackAsync((await PlanAsync("v2", "v1")).WorkloadIdentity);
        Assert.Equal(RollbackProgressStatus.InProgress, (await ProgressAsync()).Status);
        platform.Release(new AppVersion("v3"));
        Assert.Equal(RollbackProgressStatus.RevertedByOther, (await ProgressAsync()).Status);
    }

    private static Revision Of(string version) => new() { Id = version, Name = version };

    private Task<RollbackPlan> PlanAsync(string from, string to) => rollbacker.PlanAsync(
        new RollbackRequest { Id = Id, Target = CheckoutPlatform.Target, From = Of(from), To = Of(to) }, Token);

    private Task<RollbackResult> RollBackAsync(string identity)
    {
        var (from, to) = (Of("v2"), Of("v1"));
        var request = new RollbackRequest { Id = Id, Target = CheckoutPlatform.Target, From = from, To = to, WorkloadIdentity = identity };
        return rollbacker.RollBackAsync(request, Token);
    }

    private Task<RollbackProgress> ProgressAsync() => rollbacker.GetProgressAsync(
        new RollbackRequest { Id = Id, Target = CheckoutPlatform.Target, From = Of("v2"), To = Of("v1") }, Token);
}
