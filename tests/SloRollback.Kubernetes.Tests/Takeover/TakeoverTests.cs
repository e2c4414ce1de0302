using System.Net;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Hosting.Rollbacks;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Workloads;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Takeover;

/// <summary>
/// Two whole processes, and the one that leads dies in the middle of a rollback: the other takes over, and the workload is rolled back
/// once.
/// </summary>
public sealed class TakeoverTests(SharedCluster cluster)
{
    // The lease, and what both may have slept between two looks at it.
    private static readonly TimeSpan TakeoverTime = TimeSpan.FromSeconds(15 + 2 + 2);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(Moment.BeforeDecision, Journals.Shared)]
    [InlineData(Moment.BeforePatch, Journals.Shared)]
    [InlineData(Moment.BeforeAnswer, Journals.Shared)]
    [InlineData(Moment.Verification, Journals.Shared)]
    [InlineData(Moment.BeforeDecision, Journals.Own)]
    [InlineData(Moment.BeforePatch, Journals.Own)]
    public async Task The_other_finishes_what_was_begun_and_with_a_journal_of_its_own_begins_what_was_not_done(Moment moment, Journals journals)
    {
        await using var scene = await Scene.OpenAsync(cluster, moment, journals, helps: true);
        await DieAsync(scene, moment);
        await scene.PassUntilAsync(() => scene.Follower.Rollback?.IsFinal == true, "the rollback ends");
        Assert.True(scene.Follower.Rollback!.State == RollbackState.Succeeded, scene.Follower.Story);
        await RolledBackOnceAsync(scene, moment);
    }

    [Theory]
    [InlineData(Moment.BeforeDecision)]
    [InlineData(Moment.BeforePatch)]
    public async Task With_a_journal_that_is_younger_than_the_deployment_the_other_asks_first(Moment moment)
    {
        await using var scene = await Scene.OpenAsync(cluster, moment, Journals.Younger, helps: true);
        await DieAsync(scene, moment);
        await scene.PassUntilAsync(() => scene.Follower.Rollback is not null, "the rollback is proposed");
        Assert.Equal((RollbackState.AwaitingApproval, RollbackMode.Approve), (scene.Follower.Rollback!.State, scene.Follower.Rollback.Mode));
        await scene.PassAsync(Duration.FromSeconds(10));
        Assert.Equal((0, 2), (scene.Accepted, (await scene.Stage.ReadAsync()).Generation));

        var operations = scene.Follower.Host.Services.GetRequiredService<IRollbackOperations>();
        Assert.True((await operations.ApproveAsync(scene.Follower.Rollback.Id, "ann", TestContext.Current.CancellationToken)).IsDone);
        await scene.PassUntilAsync(() => scene.Follower.Rollback?.IsFinal == true, "the rollback ends");
        Assert.True(scene.Follower.Rollback!.State == RollbackState.Succeeded, scene.Follower.Story);
        await RolledBackOnceAsync(scene, moment);
    }

    [Theory]
    [InlineData(Moment.BeforeAnswer, Journals.Own)]
    [InlineData(Moment.Verification, Journals.Own)]
    [InlineData(Moment.BeforeAnswer, Journals.Younger)]
    [InlineData(Moment.Verification, Journals.Younger)]
    public async Task Without_the_journal_the_marks_on_the_workload_tell_what_was_done_although_the_errors_go_on(Moment moment, Journals journals)
    {
        await using var scene = await Scene.OpenAsync(cluster, moment, journals, helps: false);
        await DieAsync(scene, moment);
        await scene.PassUntilAsync(() => scene.Follower.Decision is not null, "the other decides");
        Assert.Equal((DecisionKind.Hold, HoldReason.SuspectIsRollback), (scene.Follower.Decision!.Kind, scene.Follower.Decision.Headline));

        // Longer than any look-back.
        await scene.PassAsync(Duration.FromSeconds(70));
        Assert.Equal((DecisionKind.Hold, HoldReason.SuspectIsRollback), (scene.Follower.Decision!.Kind, scene.Follower.Decision.Headline));
        Assert.Null(scene.Follower.Rollback);
        await RolledBackOnceAsync(scene, moment);
    }

    [Theory]
    [InlineData(Moment.BeforeAnswer)]
    [InlineData(Moment.Verification)]
    public async Task What_did_not_help_is_told_and_not_repeated_by_who_takes_over(Moment moment)
    {
        await using var scene = await Scene.OpenAsync(cluster, moment, Journals.Shared, helps: false);
        await DieAsync(scene, moment);
        await scene.PassUntilAsync(() => scene.Follower.Rollback?.IsFinal == true, "the rollback ends");
        Assert.True(scene.Follower.Rollback!.State == RollbackState.NoEffect, scene.Follower.Story);
        await scene.PassAsync(Duration.FromSeconds(70));
        await RolledBackOnceAsync(scene, moment);
    }

    /// <summary>Kills the leader at the moment, and waits until the other leads.</summary>
    private static async Task DieAsync(Scene scene, Moment moment)
    {
        var (leader, follower) = (scene.Leader, scene.Follower);
        var began = Instant.FromDateTimeOffset(leader.Time.GetUtcNow());
        switch (moment)
        {
            case Moment.BeforeDecision:
                await scene.PassUntilAsync(() => leader.Status.EvaluatedAt >= began + Duration.FromSeconds(3), "the leader sees errors");
                Assert.True(leader is { Rollback: null, Decision: null }, leader.Story);
                leader.Wire.Die();
                break;
            case Moment.Verification:
                await scene.PassUntilAsync(() => leader.Rollback?.State == RollbackState.Verifying, "the leader verifies");
                leader.Wire.Die();
                break;
            default:
                await scene.PassUntilAsync(() => leader.Wire.IsDead, "the leader rolls back");
                var journaled = Assert.Single((await leader.Journal.ReadAsync(new JournalReadRequest(), TestContext.Current.CancellationToken)).Rollbacks);
                Assert.Equal(RollbackState.Executing, journaled.State);
                break;
        }

        Assert.Equal(moment is Moment.BeforeAnswer or Moment.Verification ? 1 : 0, scene.Accepted);
        Assert.False(follower.IsLeading);
        var died = follower.Time.GetTimestamp();
        await scene.PassUntilAsync(() => follower.IsLeading, "the other leads");
        Assert.InRange(follower.Time.GetElapsedTime(died), TimeSpan.Zero, TakeoverTime + Slack);
    }

    /// <summary>Counts what the server took, and looks at what it holds.</summary>
    private static async Task RolledBackOnceAsync(Scene scene, Moment moment)
    {
        if (moment == Moment.BeforePatch)
        {
            using var late = await scene.Leader.Wire.DeliverLateAsync();
            Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        }

        Assert.Equal(1, scene.Accepted);
        await scene.Stage.ServedAsync("app:v1");
        var workload = await scene.Stage.ReadAsync();
        Assert.Equal((3, "3"), (workload.Generation, workload.Annotation(WorkloadKind.Deployment.NumberAnnotation!)));
        Assert.Equal(RollbackId.Of(scene.Bad.Id).Value, workload.Annotation(RollbackMarks.Id));
        Assert.Equal([3L, 2L], (await scene.Stage.RevisionsAsync()).Select(r => r.Number));
        var deployments = await scene.Follower.DeploymentsAsync();
        Assert.Equal([false, false, true], deployments.Select(d => d.IsRollback));
        Assert.Equal(["app:v1", "app:v2", "app:v1"], deployments.Select(HistoryCluster.Tag));
    }
}
