namespace SloRollback.Tests.Rollbacks;

/// <summary>What a rollback's record says of its last change, and what people are told of it.</summary>
public sealed class RollbackMachineTextTests
{
    private static readonly RollbackRecord Seed =
        Acting.Executed(Given.Deployment("v3", 0), 0) with { ExecutingAt = null, Version = 0, Claims = [new RollbackClaim { Rule = Given.Rule }] };

    private static RollbackTransition Next(RollbackRecord? record, RollbackEvent happened) => RollbackMachine.Next(record, happened, new EngineSettings());

    private static RollbackRecord Proposed(RollbackMode mode) => Next(null, new RollbackEvent.Proposed(Given.T0, Seed with { Mode = mode })).Record;

    private static RollbackRecord Waiting => Next(Proposed(RollbackMode.Approve), new RollbackEvent.Ticked(Given.T0)).Record;

    private static RollbackRecord Executing => Next(Proposed(RollbackMode.Automatic), new RollbackEvent.Ticked(Given.T0)).Record;

    private static RollbackRecord Verifying => Next(Executing, Progressed(1, RollbackProgressStatus.Completed)).Record;

    private static RollbackEvent.Progressed Progressed(double at, RollbackProgressStatus status, string detail = "2 of 3 pods", string? hold = null) =>
        new(Given.At(at), new RollbackProgress { Status = status, Detail = detail }, hold);

    private static RollbackEvent.Answered Answered(double at, RollbackResultStatus status) =>
        new(Given.At(at), new RollbackResult { Status = status, Detail = "said the platform" });

    private static string Told(RollbackTransition transition) => Assert.Single(transition.Effects.OfType<RollbackEffect.Notify>()).Text;

    private static void AssertEnds(RollbackState state, string detail, RollbackTransition transition)
    {
        Assert.Equal((state, detail), (transition.Record.State, transition.Record.Detail));
        Assert.Equal($"rollback v3 → v0: {state}. {detail}", Told(transition));
    }

    [Fact]
    public void A_proposal_tells_nobody_before_it_is_on_its_way()
    {
        Assert.Empty(Next(null, new RollbackEvent.Proposed(Given.T0, Seed)).Effects.OfType<RollbackEffect.Notify>());
        var waits = Next(Proposed(RollbackMode.Approve), new RollbackEvent.Ticked(Given.T0));
        Assert.Equal(("waits for approval", "rollback v3 → v0 waits for approval"), (waits.Record.Detail, Told(waits)));
    }

    [Fact]
    public void An_execution_says_by_whose_leave()
    {
        void AssertExecutes(string why, RollbackTransition transition) =>
            Assert.Equal((why, $"rollback v3 → v0: executing ({why})"), (transition.Record.Detail, Told(transition)));

        AssertExecutes("automatic", Next(Proposed(RollbackMode.Automatic), new RollbackEvent.Ticked(Given.T0)));
        AssertExecutes("approved by ann", Next(Waiting, new RollbackEvent.Approved(Given.At(1), "ann")));
        var other = new RollbackClaim { Rule = new RuleKey(Given.Objective, "other") };
        AssertExecutes("automatic under checkout/production/availability/other", Next(Waiting, new RollbackEvent.Joined(Given.At(1), other, RollbackMode.Automatic)));
    }

    [Fact]
    public void What_never_executed_says_why()
    {
        AssertEnds(RollbackState.Abandoned, "nobody approved within 30m", Next(Waiting, new RollbackEvent.Ticked(Given.At(30))));
        AssertEnds(RollbackState.Abandoned, "not now", Next(Waiting, new RollbackEvent.Withdrawn(Given.At(1), "not now")));
        AssertEnds(RollbackState.Abandoned, "the provider refused: said the platform", Next(Executing, Answered(1, RollbackResultStatus.Refused)));
    }

    [Fact]
    public void What_failed_says_what_the_platform_said()
    {
        AssertEnds(RollbackState.Failed, "said the platform", Next(Executing, Answered(1, RollbackResultStatus.Failed)));
        AssertEnds(RollbackState.Failed, "2 of 3 pods", Next(Executing, Progressed(1, RollbackProgressStatus.Failed)));
        AssertEnds(RollbackState.Failed, "not completed within 15m: 2 of 3 pods", Next(Executing, Progressed(15, RollbackProgressStatus.InProgress)));
        AssertEnds(RollbackState.Failed, "not completed within 15m: paused", Next(Executing, Progressed(15, RollbackProgressStatus.NotApplied, hold: "paused")));
        const string Reverted = "another controller or person changed the workload: 2 of 3 pods";
        AssertEnds(RollbackState.RevertedByOther, Reverted, Next(Executing, Progressed(1, RollbackProgressStatus.RevertedByOther)));
        AssertEnds(RollbackState.RevertedByOther, Reverted, Next(Verifying, Progressed(2, RollbackProgressStatus.RevertedByOther)));
    }

    [Fact]
    public void What_the_platform_accepted_is_kept_with_the_time_of_the_first_answer()
    {
        var applied = Next(Executing, Answered(1, RollbackResultStatus.Applied)).Record;
        var again = Next(applied, Answered(2, RollbackResultStatus.Applied)).Record;
        Assert.Equal((Given.At(1), "said the platform"), (again.AppliedAt!.Value, again.Detail));
        Assert.Equal(Given.At(1), Next(again, Progressed(3, RollbackProgressStatus.Completed)).Record.AppliedAt);
        Assert.Equal(Given.At(3), Next(Executing, Progressed(3, RollbackProgressStatus.Completed)).Record.AppliedAt);
    }

    [Theory]
    [InlineData(null, 5, "5m")]
    [InlineData(3.0, 3, "3m")]
    [InlineData(-10.0, 0, "0s")]
    public void It_completed_when_the_platform_says_but_never_before_it_began(double? completed, double counted, string length)
    {
        var progress = new RollbackProgress { Status = RollbackProgressStatus.Completed, CompletedAt = completed is { } minutes ? Given.At(minutes) : null };
        var verifying = Next(Executing, new RollbackEvent.Progressed(Given.At(5), progress));
        Assert.Equal(Given.At(counted), verifying.Record.CompletedAt);
        AssertEnds(RollbackState.Verifying, $"v0 serves alone after {length}", verifying);
    }

    [Fact]
    public void A_verification_ends_with_its_numbers_beside_their_limits()
    {
        const string Serves = "v0 serves alone after 1m; ";
        const string Clean = "0% errors over the 5m since (availability, limit 1.4%, 100 events)";
        AssertEnds(RollbackState.Succeeded, Serves + Clean, Next(Verifying, RollbackMachineTests.Look(10, 5, 0)));
        AssertEnds(RollbackState.NoEffect, "the errors go on: 25% errors over the 5m since (availability, limit 1.4%, 200 events)", Next(Verifying, RollbackMachineTests.Look(10, 5, 50, 200)));
        AssertEnds(RollbackState.Unverified, "not decidable within 30m: no errors over the 4m since (availability, limit 1.4%, 0 events)", Next(Verifying, RollbackMachineTests.Look(31, 4, 0, 0)));

        var look = RollbackMachineTests.Look(10, 5, 0);
        var two = look with { Verification = look.Verification with { Readings = [look.Verification.Readings[0], look.Verification.Readings[0]] } };
        AssertEnds(RollbackState.Succeeded, $"{Serves}{Clean}; {Clean}", Next(Verifying, two));
    }
}
