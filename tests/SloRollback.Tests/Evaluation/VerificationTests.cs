namespace SloRollback.Tests.Evaluation;

/// <summary>What the verification of a rollback counts (SEMANTICS §8).</summary>
public sealed class VerificationTests
{
    private static RollbackRecord Verifying(double completed, params RollbackClaim[] claims) =>
        Acting.Executed(Given.Deployment("v2", 0), 5, RollbackState.Verifying) with { CompletedAt = Given.At(completed), Claims = [.. claims] };

    private static RollbackClaim Claim(decimal ratio = 0.0144m) =>
        new() { Rule = new RuleKey(new ObjectiveKey(Given.Service, "objective0"), "bad-release"), MaximumErrorRatio = ratio, MinimumValid = 100 };

    private static Verification Look(Flow flow, RollbackRecord record, int step)
    {
        flow.Guards = new GuardState { Rollbacks = [record] };
        return flow.To(step).Verifications[record.Id];
    }

    [Theory]
    [InlineData(10, 12, 3)]
    [InlineData(10.5, 12, 2)]
    [InlineData(12.999, 12, 0)]
    [InlineData(13, 12, 0)]
    public void Only_steps_that_begin_after_the_completion_count(double completed, int step, int counted)
    {
        var flow = new Flow(_ => Flow.Cell(1));
        flow.Through(-1, step - 1);
        var reading = Assert.Single(Look(flow, Verifying(completed, Claim()), step).Readings);
        Assert.Equal((counted, counted * 100, counted), (reading.Bad, reading.Valid, reading.Measured.TotalMinutes));
    }

    [Fact]
    public void Five_measured_minutes_without_errors_helped_and_unmeasured_ones_do_not_count()
    {
        var flow = new Flow(step => step == 12 ? new SliCell(StepState.Unmeasured, 0, 0) : Flow.Cell(step < 10 ? 50 : 0));
        flow.Through(-1, 13);
        Assert.Equal(RollbackState.Verifying, Look(flow, Verifying(10, Claim()), 14).Outcome);
        Assert.Equal(RollbackState.Succeeded, Look(flow, Verifying(10, Claim()), 15).Outcome);
    }

    [Fact]
    public void All_objectives_with_an_open_episode_on_the_target_are_verified_together()
    {
        var flow = new Flow((objective, step) => Flow.Cell(objective == 1 && step >= 0 ? 50 : 0), Given.PageRule(), Given.PageRule() with { Id = "second" });
        flow.Deployments.Add(Given.Deployment("v2", 0));
        flow.Through(-1, 15);
        var verification = Look(flow, Verifying(10, Claim()), 16);
        Assert.Equal(["objective0", "objective1"], verification.Readings.Select(r => r.Objective.Objective));
        Assert.Equal(RollbackState.NoEffect, verification.Outcome);
    }

    [Fact]
    public void The_strictest_claim_on_an_objective_counts()
    {
        var flow = new Flow(_ => Flow.Cell(1));
        flow.Through(-1, 10);
        var reading = Assert.Single(Look(flow, Verifying(1, Claim(0.05m), Claim(0.006m) with { MinimumValid = 500 }), 11).Readings);
        Assert.Equal((0.006m, 500), (reading.MaximumErrorRatio, reading.MinimumValid));
    }

    [Fact]
    public void An_objective_that_is_gone_leaves_it_unverified()
    {
        var gone = Claim() with { Rule = new RuleKey(new ObjectiveKey(Given.Service, "gone"), "r") };
        var flow = new Flow(_ => Flow.Cell(0));
        flow.Through(-1, 38);
        Assert.Equal(RollbackState.Verifying, Look(flow, Verifying(10, Claim(), gone), 38 + 0).Outcome);
        Assert.Equal(RollbackState.Unverified, Look(flow, Verifying(10, Claim(), gone), 39).Outcome);
    }
}
