namespace SloRollback.Tests.Rollbacks;

/// <summary>The straight path of SEMANTICS §8 and its exits, step by step.</summary>
public sealed class RollbackMachineTests
{
    private static readonly EngineSettings Settings = new();
    private static readonly RollbackRecord Seed = Acting.Executed(Given.Deployment("v3", 0), 0) with { ExecutingAt = null, Version = 0, Claims = [Claim("a")] };

    private static RollbackClaim Claim(string rule) => new() { Rule = new RuleKey(Given.Objective, rule), MaximumErrorRatio = 0.0144m, MinimumValid = 100 };

    private static RollbackTransition Next(RollbackRecord? record, RollbackEvent happened) => RollbackMachine.Next(record, happened, Settings);

    private static RollbackRecord Proposed(RollbackMode mode = RollbackMode.Automatic) =>
        Next(null, new RollbackEvent.Proposed(Given.T0, Seed with { Mode = mode })).Record;

    private static RollbackRecord Waiting => Next(Proposed(RollbackMode.Approve), new RollbackEvent.Ticked(Given.T0)).Record;

    private static RollbackRecord Executing => Next(Proposed(), new RollbackEvent.Ticked(Given.T0)).Record;

    private static RollbackRecord Verifying => Next(Executing, Progress(1, RollbackProgressStatus.Completed)).Record;

    private static RollbackEvent.Progressed Progress(double at, RollbackProgressStatus status) => new(Given.At(at), new RollbackProgress { Status = status });

    private static RollbackEvent.Answered Answer(double at, RollbackResultStatus status, bool isTransient = false) =>
        new(Given.At(at), new RollbackResult { Status = status, IsTransient = isTransient, Detail = "said" });

    private static void AssertMoved(RollbackTransition transition, RollbackState state)
    {
        Assert.Equal(state, transition.Record.State);
        Assert.Equal(transition.Record, Assert.IsType<RollbackEffect.WriteJournal>(transition.Effects[0]).Record);
    }

    [Fact]
    public void The_straight_path_succeeds()
    {
        AssertMoved(Next(null, new RollbackEvent.Proposed(Given.T0, Seed with { Mode = RollbackMode.Automatic })), RollbackState.Proposed);
        var executing = Next(Proposed(), new RollbackEvent.Ticked(Given.T0));
        AssertMoved(executing, RollbackState.Executing);
        Assert.IsType<RollbackEffect.CallRollBack>(executing.Effects[^1]);
        Assert.IsType<RollbackEffect.AskProgress>(Next(Executing, Answer(0, RollbackResultStatus.Applied)).Effects[^1]);
        AssertMoved(Next(Executing, Progress(1, RollbackProgressStatus.Completed)), RollbackState.Verifying);
        Assert.Equal(Given.At(1), Verifying.CompletedAt);
        AssertMoved(Next(Verifying, Look(10, measured: 5, bad: 0)), RollbackState.Succeeded);
    }

    [Theory]
    [InlineData(29.99, RollbackState.AwaitingApproval)]
    [InlineData(30, RollbackState.Abandoned)]
    public void An_approval_expires_after_30_minutes(double at, RollbackState state) =>
        Assert.Equal(state, Next(Waiting, new RollbackEvent.Ticked(Given.At(at))).Record.State);

    [Fact]
    public void Approved_it_executes_and_withdrawn_it_is_abandoned()
    {
        AssertMoved(Next(Waiting, new RollbackEvent.Approved(Given.At(1), "ann")), RollbackState.Executing);
        AssertMoved(Next(Waiting, new RollbackEvent.Withdrawn(Given.At(1), "no")), RollbackState.Abandoned);
        AssertMoved(Next(Proposed(), new RollbackEvent.Withdrawn(Given.At(1), "no")), RollbackState.Abandoned);
        Assert.Empty(Next(Executing, new RollbackEvent.Withdrawn(Given.At(1), "too late")).Effects);
    }

    [Fact]
    public void A_refusal_abandons_it_with_nothing_acted()
    {
        var refused = Next(Executing, Answer(1, RollbackResultStatus.Refused));
        AssertMoved(refused, RollbackState.Abandoned);
        Assert.False(refused.Record.MayHaveActed);
        Assert.True(refused.Record.IsFinal);
    }

    [Fact]
    public void What_the_platform_accepted_before_cannot_be_refused_afterwards()
    {
        var applied = Next(Executing, Answer(1, RollbackResultStatus.Applied)).Record;
        var refused = Next(applied, Answer(2, RollbackResultStatus.Refused));
        Assert.Equal(RollbackState.Executing, refused.Record.State);
        Assert.True(refused.Record.MayHaveActed);
        Assert.IsType<RollbackEffect.AskProgress>(Assert.Single(refused.Effects));
    }

    [Theory]
    [InlineData(14.99, RollbackState.Executing)]
    [InlineData(15, RollbackState.Failed)]
    public void It_fails_when_it_is_not_completed_in_time(double at, RollbackState state)
    {
        foreach (var status in new[] { RollbackProgressStatus.InProgress, RollbackProgressStatus.Unknown, RollbackProgressStatus.NotApplied })
            Assert.Equal(state, Next(Executing, Progress(at, status)).Record.State);
        Assert.Equal(state, Next(Executing, Answer(at, RollbackResultStatus.Failed, isTransient: true)).Record.State);
    }

    [Fact]
    public void A_lasting_failure_fails_at_once() => AssertMoved(Next(Executing, Answer(1, RollbackResultStatus.Failed)), RollbackState.Failed);

    [Fact]
    public void What_was_not_applied_is_called_again()
    {
        Assert.IsType<RollbackEffect.CallRollBack>(Assert.Single(Next(Executing, Progress(1, RollbackProgressStatus.NotApplied)).Effects));
    }

    [Fact]
    public void A_platform_that_accepts_but_does_not_see_it_yet_is_not_called_in_a_circle()
    {
        // Applied → ask → "not applied" → call → applied → ask …: the shell would never come back.
        var applied = Next(Executing, Answer(1, RollbackResultStatus.Applied)).Record;
        Assert.Empty(Next(applied, Progress(1, RollbackProgressStatus.NotApplied)).Effects);
    }

    [Fact]
    public void Another_hand_on_the_workload_ends_it()
    {
        AssertMoved(Next(Executing, Progress(1, RollbackProgressStatus.RevertedByOther)), RollbackState.RevertedByOther);
        AssertMoved(Next(Verifying, Progress(2, RollbackProgressStatus.RevertedByOther)), RollbackState.RevertedByOther);
    }

    [Theory]
    [InlineData(10, 5, 100, 1.44, RollbackState.Succeeded)]
    [InlineData(10, 5, 100, 1.45, RollbackState.NoEffect)]
    [InlineData(10, 4, 100, 50, RollbackState.Verifying)]
    [InlineData(10, 5, 99, 50, RollbackState.Verifying)]
    [InlineData(30.99, 4, 100, 50, RollbackState.Verifying)]
    [InlineData(31, 4, 100, 0, RollbackState.Unverified)]
    [InlineData(31, 5, 100, 0, RollbackState.Succeeded)]
    public void Verification_says_whether_it_helped(double at, double measured, double valid, double bad, RollbackState state) =>
        Assert.Equal(state, Next(Verifying, Look(at, measured, bad, valid)).Record.State);

    [Fact]
    public void One_objective_over_its_limit_is_enough_and_all_must_be_measured()
    {
        var good = Look(10, 5, 0).Verification.Readings[0];
        RollbackState Of(params VerificationReading[] readings) => (Look(10, 5, 0).Verification with { Readings = [.. readings] }).Outcome;
        Assert.Equal(RollbackState.Succeeded, Of(good, good));
        Assert.Equal(RollbackState.NoEffect, Of(good, good with { Bad = 50 }));
        Assert.Equal(RollbackState.Verifying, Of(good, good with { Measured = Given.Minute }));
        Assert.Equal(RollbackState.Verifying, Of());
        Assert.Equal(RollbackState.Verifying, Of(good with { Valid = 0, MinimumValid = 0 }));
    }

    [Fact]
    public void Another_rule_joins_once_and_a_stronger_mode_moves_it_on()
    {
        var joined = Next(Waiting, new RollbackEvent.Joined(Given.At(1), Claim("b"), RollbackMode.Approve));
        AssertMoved(joined, RollbackState.AwaitingApproval);
        Assert.Equal(2, joined.Record.Claims.Length);
        Assert.Empty(Next(joined.Record, new RollbackEvent.Joined(Given.At(2), Claim("b"), RollbackMode.Approve)).Effects);
        AssertMoved(Next(Waiting, new RollbackEvent.Joined(Given.At(1), Claim("b"), RollbackMode.Automatic)), RollbackState.Executing);
        Assert.Equal(2, Next(Executing, new RollbackEvent.Joined(Given.At(1), Claim("b"), RollbackMode.Automatic)).Record.Claims.Length);
    }

    [Fact]
    public void A_stronger_mode_that_joins_a_proposal_is_not_forgotten()
    {
        var joined = Next(Proposed(RollbackMode.Approve), new RollbackEvent.Joined(Given.T0, Claim("b"), RollbackMode.Automatic)).Record;
        AssertMoved(Next(joined, new RollbackEvent.Ticked(Given.T0)), RollbackState.Executing);
        var weaker = Next(Proposed(), new RollbackEvent.Joined(Given.T0, Claim("b"), RollbackMode.Approve)).Record;
        AssertMoved(Next(weaker, new RollbackEvent.Ticked(Given.T0)), RollbackState.Executing);
        Assert.Empty(Next(weaker, new RollbackEvent.Joined(Given.T0, Claim("b"), RollbackMode.Automatic)).Effects);
    }

    [Fact]
    public void Only_one_that_never_executed_may_be_proposed_again()
    {
        var abandoned = Next(Waiting, new RollbackEvent.Withdrawn(Given.At(1), "no")).Record;
        var again = Next(abandoned, new RollbackEvent.Proposed(Given.At(2), Seed));
        AssertMoved(again, RollbackState.Proposed);
        Assert.Equal(abandoned.Version + 1, again.Record.Version);
        Assert.Null(again.Record.FinishedAt);
        var refused = Next(Executing, Answer(1, RollbackResultStatus.Refused)).Record;
        Assert.Empty(Next(refused, new RollbackEvent.Proposed(Given.At(2), Seed)).Effects);
    }

    [Fact]
    public void Nothing_but_a_proposal_begins_one() => Assert.Throws<ArgumentException>(() => Next(null, new RollbackEvent.Ticked(Given.T0)));

    internal static RollbackEvent.Verified Look(double at, double measured, double bad, double valid = 100) => new(Given.At(at), new Verification
    {
        EvaluatedAt = Given.At(at),
        CompletedAt = Given.At(1),
        Needed = Settings.Verification,
        Timeout = Settings.VerificationTimeout,
        Readings = [new VerificationReading { Objective = Given.Objective, Bad = bad, Valid = valid, Measured = Duration.FromMinutes(measured), MaximumErrorRatio = 0.0144m, MinimumValid = 100 }],
    });
}
