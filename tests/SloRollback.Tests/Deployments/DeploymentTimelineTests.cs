namespace SloRollback.Tests.Deployments;

public sealed class DeploymentTimelineTests
{
    private static Deployment Of(string revision, double start, double length = 2) => Given.Deployment(revision, start, length);

    [Fact]
    public void Deployments_are_put_in_order() =>
        Assert.Equal(["v1", "v2", "v3"], DeploymentTimeline.Of([Of("v3", 20), Of("v1", 0), Of("v2", 10)]).Select(d => d.Revision.Name));

    [Theory]
    [InlineData("uid")]
    [InlineData("")]
    public void One_rollout_that_two_reporters_saw_is_one_deployment_with_the_earlier_start(string uid)
    {
        var webhook = Of("v1", 1) with { WorkloadUid = uid, IsRollbackUnsafe = true };
        foreach (var reports in new[] { new[] { Of("v1", 0), webhook }, [webhook, Of("v1", 0)] })
        {
            var one = Assert.Single(DeploymentTimeline.Of(reports));
            Assert.Equal((Given.T0, true), (one.StartedAt, one.IsRollbackUnsafe));
        }
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 0)]
    public void Of_two_reports_the_start_counts_that_is_no_guess(double guess, double known, double counts)
    {
        var one = Assert.Single(DeploymentTimeline.Of([Of("v1", guess) with { IsStartApproximate = true, Images = "shop:1" }, Of("v1", known) with { ChangeCause = "#7" }]));
        Assert.Equal((Given.At(counts), false, "shop:1", "#7"), (one.StartedAt, one.IsStartApproximate, one.Images, one.ChangeCause));
    }

    [Fact]
    public void Two_guesses_are_one() =>
        Assert.True(Assert.Single(DeploymentTimeline.Of([Of("v1", 0) with { IsStartApproximate = true }, Of("v1", 1) with { IsStartApproximate = true }])).IsStartApproximate);

    [Fact]
    public void The_end_that_one_reporter_knows_is_kept()
    {
        var one = Assert.Single(DeploymentTimeline.Of([Of("v1", 0, double.NaN), Of("v1", 1)]));
        Assert.Equal((Given.At(3), DeploymentOutcome.Completed), (one.EndedAt, one.Outcome));
    }

    [Fact]
    public void Of_two_reports_the_end_of_the_earlier_one_counts()
    {
        var one = Assert.Single(DeploymentTimeline.Of([Of("v1", 0) with { Outcome = DeploymentOutcome.GivenUp }, Of("v1", 2, 9)]));
        Assert.Equal((Given.At(2), DeploymentOutcome.GivenUp), (one.EndedAt, one.Outcome));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void What_one_reporter_knows_of_a_rollback_is_kept(bool first, bool second)
    {
        var one = Assert.Single(DeploymentTimeline.Of([Of("v1", 0) with { IsRollback = first }, Of("v1", 1) with { IsRollback = second }]));
        Assert.True(one.IsRollback);
    }

    [Fact]
    public void Of_deployments_that_start_together_the_order_does_not_depend_on_the_report()
    {
        string[] Names(params Deployment[] reports) => [.. DeploymentTimeline.Of(reports).Select(d => d.Revision.Name)];
        Assert.Equal(["v1", "v2"], Names(Of("v1", 0), Of("v2", 0)));
        Assert.Equal(["v1", "v2"], Names(Of("v2", 0), Of("v1", 0)));
    }

    [Fact]
    public void The_same_content_again_after_its_rollout_is_a_new_deployment() =>
        Assert.Equal(2, DeploymentTimeline.Of([Of("v1", 0), Of("v1", 2.01)]).Length);

    [Fact]
    public void A_change_back_to_older_content_is_a_new_deployment() =>
        Assert.Equal(["v1", "v2", "v1"], DeploymentTimeline.Of([Of("v1", 0), Of("v2", 10), Of("v1", 20)]).Select(d => d.Revision.Name));

    [Fact]
    public void Another_workload_object_is_another_deployment() =>
        Assert.Equal(2, DeploymentTimeline.Of([Of("v1", 0), Of("v1", 1) with { WorkloadUid = "made anew" }]).Length);

    [Fact]
    public void A_rollout_that_never_ended_was_superseded_when_the_next_began()
    {
        var timeline = DeploymentTimeline.Of([Of("v1", 0, double.NaN), Of("v2", 10, double.NaN)]);
        Assert.Equal((Given.At(10), DeploymentOutcome.Superseded), (timeline[0].EndedAt, timeline[0].Outcome));
        Assert.Equal((null, DeploymentOutcome.InProgress), (timeline[1].EndedAt, timeline[1].Outcome));
    }

    [Fact]
    public void Identity_derives_from_target_workload_content_and_start()
    {
        var deployment = Of("v1", 0);
        Assert.Equal(deployment.Id, (deployment with { EndedAt = null, IsRollback = true }).Id);
        Assert.Equal(6, new[]
        {
            deployment, deployment with { StartedAt = Given.T0 + Duration.Epsilon }, deployment with { WorkloadUid = "other" }, Of("v2", 0),
            deployment with { Target = Given.Target with { Infrastructure = "eu" } }, deployment with { Target = Given.Target with { Workload = "w" } },
        }.Select(d => RollbackId.Of(d.Id)).Distinct().Count());
        Assert.Matches("^rb-[0-9a-f]{16}$", RollbackId.Of(deployment.Id).Value);
    }
}
