namespace SloRollback.Tests.Rollbacks;

/// <summary>Pauses, cooldown, rate limit and once per deployment (SEMANTICS §7).</summary>
public sealed class GuardTests
{
    private static readonly DecisionInput Acts = Acting.Input();
    private static readonly Deployment Other = Given.Deployment("w2", -100) with { Target = Given.Target with { Workload = "shop/search" } };

    private static HoldReason Headline(DecisionInput input) => RollbackDecider.Decide(input).Headline;

    [Fact]
    public void The_cooldown_ends_after_exactly_30_minutes()
    {
        var record = Acting.Executed(Acts.Deployments[0], at: -25);
        Assert.Equal(HoldReason.None, Headline(Acts.With(record)));
        Assert.Equal(HoldReason.Cooldown, Headline(Acts.With(record with { ExecutingAt = Given.At(-25) + Duration.Epsilon })));
        Assert.Equal(HoldReason.None, Headline(Acts.With(Acting.Executed(Other, at: 4))));
    }

    [Fact]
    public void Only_rollbacks_that_may_have_acted_cool_down()
    {
        var record = Acting.Executed(Acts.Deployments[0], at: 4);
        Assert.Equal(HoldReason.None, Headline(Acts.With(record with { State = RollbackState.Abandoned, IsRefused = true })));
        Assert.Equal(HoldReason.None, Headline(Acts.With(record with { State = RollbackState.AwaitingApproval, ExecutingAt = null })));
        Assert.Equal(HoldReason.Cooldown, Headline(Acts.With(record with { State = RollbackState.Failed })));
    }

    [Fact]
    public void A_target_that_is_being_rolled_back_is_left_alone_however_long_it_takes() =>
        Assert.Equal(HoldReason.Cooldown, Headline(Acts.With(Acting.Executed(Acts.Deployments[0], at: -500, RollbackState.Verifying))));

    [Theory]
    [InlineData(59.99, HoldReason.RateLimited)]
    [InlineData(60, HoldReason.None)]
    public void Three_rollbacks_within_an_hour_over_all_targets_stop_the_fourth_for_good(double span, HoldReason headline)
    {
        var records = new[] { -5000, -4990, -5000 + span }.Select(at => Acting.Executed(Other, at)).ToArray();
        Assert.Equal(headline, Headline(Acts.With(records)));
        Assert.Equal(HoldReason.None, Headline(Acts.With(records[..2])));
    }

    [Fact]
    public void Resuming_restarts_the_count()
    {
        var limited = Acts.With([.. new[] { -50, -40, -30 }.Select(at => Acting.Executed(Other, at))]);
        DecisionInput Resumed(double at) => limited with { Guards = limited.Guards with { ResumedAt = Given.At(at) } };
        Assert.Equal(HoldReason.RateLimited, Headline(limited));
        Assert.Equal(HoldReason.RateLimited, Headline(Resumed(-51)));
        Assert.Equal(HoldReason.None, Headline(Resumed(-50)));
        Assert.Equal(HoldReason.None, Headline(Resumed(-20)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_limit_of_none_allows_none(int limit) =>
        Assert.Equal(HoldReason.RateLimited, Headline(Acts with { Settings = new EngineSettings { RateLimit = limit } }));

    [Theory]
    [InlineData(RollbackState.Succeeded)]
    [InlineData(RollbackState.NoEffect)]
    [InlineData(RollbackState.Failed)]
    [InlineData(RollbackState.RevertedByOther)]
    [InlineData(RollbackState.Unverified)]
    public void A_deployment_is_rolled_back_once(RollbackState state) =>
        Assert.Contains(HoldReason.AlreadyRolledBack, RollbackDecider.Decide(Acts.With(Acting.Executed(Acts.Deployments[2], at: 4, state))).Holds);

    [Fact]
    public void A_rollback_that_ended_before_it_executed_may_be_decided_again() => Assert.Equal(
        HoldReason.None,
        Headline(Acts.With(Acting.Executed(Acts.Deployments[2], at: 4, RollbackState.Abandoned) with { ExecutingAt = null })));

    [Fact]
    public void A_deployment_of_which_another_start_was_reported_is_rolled_back_once_too()
    {
        var record = Acting.Executed(Given.Deployment("v3", -1), at: 4);
        Assert.Contains(HoldReason.AlreadyRolledBack, RollbackDecider.Decide(Acts.With(record)).Holds);
        Assert.Contains(HoldReason.AlreadyRolledBack, RollbackDecider.Decide(Acts.With(record with { ExecutingAt = Given.T0 })).Holds);
        Assert.Equal(HoldReason.None, Headline(Acts.With(record with { Target = Other.Target })));
        Assert.DoesNotContain(HoldReason.AlreadyRolledBack, RollbackDecider.Decide(Acts.With(record with { From = Given.Revision("v0") })).Holds);
    }

    [Fact]
    public void Quarantined_content_that_was_deployed_again_is_held_until_the_quarantine_has_passed()
    {
        var record = Acting.Executed(Given.Deployment("v3", -2000), at: -1990);
        Assert.Equal(HoldReason.AlreadyRolledBack, Headline(Acts.With(record)));
        Assert.Equal(HoldReason.None, Headline(Acts.With(record with { State = RollbackState.NoEffect })));
        Assert.Equal(HoldReason.None, Headline(Acts.With(record with { ExecutingAt = Given.T0 - Duration.FromDays(7) })));
        Assert.Equal(HoldReason.AlreadyRolledBack, Headline(Acts.With(record with { ExecutingAt = Given.T0 - Duration.FromDays(7) + Duration.Epsilon })));
    }

    [Fact]
    public void All_reasons_are_recorded_in_the_order_of_the_specification()
    {
        var input = Acts.With(Acting.Executed(Acts.Deployments[2], at: 4));
        input = input with
        {
            Guards = input.Guards with { Pauses = [new Pause { By = "drill" }] },
            Blind = UnknownReason.ClockSkew,
            Condition = input.Condition with { Verdict = Verdict.NotBreached },
            Plan = new RollbackPlan { Refusal = HoldReason.NoCapacity, Summary = "no nodes" },
        };
        var decision = RollbackDecider.Decide(input);
        Assert.Equal([HoldReason.Paused, HoldReason.Unknown, HoldReason.AlreadyRolledBack, HoldReason.Cooldown, HoldReason.NoCapacity, HoldReason.Recovered], decision.Holds);
        Assert.Equal(UnknownReason.ClockSkew, decision.Unknown);
    }

    [Theory]
    [InlineData(Verdict.NotBreached, UnknownReason.None, HoldReason.Recovered)]
    [InlineData(Verdict.Unknown, UnknownReason.TooFewEvents, HoldReason.TooFewEvents)]
    [InlineData(Verdict.Unknown, UnknownReason.LookbackUnmeasured, HoldReason.Unknown)]
    [InlineData(Verdict.Unknown, UnknownReason.None, HoldReason.Unknown)]
    [InlineData((Verdict)9, UnknownReason.None, HoldReason.Unknown)]
    public void Only_a_breached_condition_acts(Verdict verdict, UnknownReason reason, HoldReason headline)
    {
        var decision = RollbackDecider.Decide(Acts with { Condition = Acts.Condition with { Verdict = verdict, Reason = reason } });
        Assert.Equal((DecisionKind.Hold, headline), (decision.Kind, decision.Headline));
        Assert.Single(decision.Holds);
    }

    [Theory]
    [InlineData(HoldReason.NoCapacity, HoldReason.NoCapacity)]
    [InlineData(HoldReason.ManagedElsewhere, HoldReason.ManagedElsewhere)]
    [InlineData(HoldReason.None, HoldReason.Unknown)]
    public void A_plan_that_is_refused_holds(HoldReason refusal, HoldReason headline) =>
        Assert.Equal(headline, Headline(Acts with { Plan = new RollbackPlan { Refusal = refusal } }));

    [Theory]
    [InlineData(HoldReason.None, UnknownReason.PlanUnavailable)]
    [InlineData(HoldReason.Unknown, UnknownReason.PlanUnavailable)]
    [InlineData(HoldReason.NoCapacity, UnknownReason.None)]
    public void A_plan_that_could_not_be_made_is_unknown(HoldReason refusal, UnknownReason unknown) =>
        Assert.Equal(unknown, RollbackDecider.Decide(Acts with { Plan = new RollbackPlan { Refusal = refusal } }).Unknown);

    [Fact]
    public void What_began_before_the_journal_did_is_asked_for()
    {
        DecisionKind Kind(Instant began) => RollbackDecider.Decide(Acts with { Guards = new GuardState { Began = began } }).Kind;
        Assert.Equal(DecisionKind.RollBack, Kind(Given.T0));
        Assert.Equal(DecisionKind.AwaitApproval, Kind(Given.T0 + Duration.Epsilon));
    }

    [Fact]
    public void Nothing_is_decided_about_nothing() => Assert.Throws<ArgumentNullException>(() => RollbackDecider.Decide(null!));

    [Theory]
    [InlineData(RollbackMode.Observe, DecisionKind.Recommend)]
    [InlineData(RollbackMode.Approve, DecisionKind.AwaitApproval)]
    [InlineData(RollbackMode.Automatic, DecisionKind.RollBack)]
    public void The_mode_says_what_follows(RollbackMode mode, DecisionKind kind) => Assert.Equal(kind, RollbackDecider.Decide(Acting.Input(mode)).Kind);
}
