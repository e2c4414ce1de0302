namespace SloRollback.Tests.Rollbacks;

/// <summary>Who may be blamed for an episode (SEMANTICS §6).</summary>
public sealed class SuspectTests
{
    private static readonly DecisionInput Acts = Acting.Input();

    private static RollbackDecision Decide(DecisionInput input) => RollbackDecider.Decide(input);

    private static DecisionInput OnsetAt(double minutes) => Acts with { Episode = Acts.Episode with { Onset = Given.At(minutes) } };

    [Fact]
    public void The_plain_case_is_rolled_back_to_the_newest_good_revision()
    {
        var decision = Decide(Acts);
        Assert.Equal((DecisionKind.RollBack, "v3", "v2"), (decision.Kind, decision.Suspect!.Revision.Name, decision.ReturnTo!.Name));
        Assert.Empty(decision.Holds);
        Assert.Equal(HoldReason.None, decision.Headline);
    }

    [Theory]
    [InlineData(0, "v3")]
    [InlineData(62, "v3")]
    [InlineData(63, null)]
    public void Both_ends_of_the_window_are_included(double onset, string? suspect) =>
        Assert.Equal(suspect, Decide(OnsetAt(onset)).Suspect?.Revision.Name);

    [Fact]
    public void One_tick_after_the_window_or_before_the_start_is_outside()
    {
        var end = Acts.Deployments[2].EndedAt!.Value + Given.Hour;
        Assert.Equal("v3", Decide(Acts with { Episode = Acts.Episode with { Onset = end } }).Suspect!.Revision.Name);
        Assert.Equal(HoldReason.NoDeploymentInWindow, Decide(Acts with { Episode = Acts.Episode with { Onset = end + Duration.Epsilon } }).Headline);
        Assert.Equal(HoldReason.NoDeploymentInWindow, Decide(Acts with { Episode = Acts.Episode with { Onset = Given.T0 - Duration.Epsilon } }).Headline);
    }

    [Fact]
    public void A_rollout_that_goes_on_is_a_candidate_for_30_days()
    {
        var going = Acts with { Deployments = Acts.Deployments.SetItem(2, Given.Deployment("v3", 0, double.NaN)) };
        var last = Given.T0 + Duration.FromDays(30);
        Assert.NotNull(Decide(going with { Episode = going.Episode with { Onset = last } }).Suspect);
        Assert.Null(Decide(going with { Episode = going.Episode with { Onset = last + Duration.Epsilon } }).Suspect);
    }

    [Theory]
    [InlineData(4, HoldReason.None)]
    [InlineData(5, HoldReason.BreachPredatesDeployment)]
    public void Predated_means_that_the_run_held_the_minimum_of_bad_events_before(double bad, HoldReason headline) =>
        Assert.Equal(headline, Decide(Acts.Facts("v3", f => f with { BadBefore = bad })).Headline);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Without_a_minimum_it_takes_at_least_one_bad_event_before(int minimum)
    {
        var input = Acts with { Rule = Acts.Rule with { MinimumBad = minimum } };
        Assert.Equal(HoldReason.None, Decide(input).Headline);
        Assert.Equal(HoldReason.BreachPredatesDeployment, Decide(input.Facts("v3", f => f with { BadBefore = 1 })).Headline);
    }

    [Fact]
    public void The_suspect_is_the_newest_candidate_that_is_not_predated()
    {
        var input = Acts with { Deployments = [.. Acts.Deployments.Take(2), Given.Deployment("v3", -30), Given.Deployment("v4", 0)] };
        input = input with
        {
            EvaluatedAt = Given.At(60),
            Episode = input.Episode with { Facts = [.. input.Deployments.Select(d => new DeploymentFacts { Deployment = d.Id, CoverageBefore = 1, BadBefore = d.Revision.Name == "v4" ? 5 : 0 })] },
        };
        var decision = Decide(input);
        Assert.Equal(("v3", "v2", DecisionKind.RollBack), (decision.Suspect!.Revision.Name, decision.ReturnTo!.Name, decision.Kind));
        Assert.Equal("v4", Assert.Single(decision.PassedOver).Name);
    }

    [Fact]
    public void A_predated_episode_stays_predated()
    {
        var decision = Decide(Acts with { Episode = Acts.Episode with { IsPredated = true } });
        Assert.Equal((DecisionKind.Hold, HoldReason.BreachPredatesDeployment), (decision.Kind, decision.Headline));
    }

    [Fact]
    public void Errors_at_the_present_level_are_not_attributed_and_not_predated() =>
        Assert.Equal(HoldReason.NotAttributed, Decide(Acts.Facts("v3", f => f with { IsPresentLevel = true, BadBefore = 500 })).Headline);

    [Theory]
    [InlineData(0.8, HoldReason.None)]
    [InlineData(0.799, HoldReason.Unknown)]
    public void Under_80_percent_of_the_short_look_back_before_it_measured_is_unknown(double coverage, HoldReason headline)
    {
        var decision = Decide(Acts.Facts("v3", f => f with { CoverageBefore = coverage }));
        Assert.Equal(headline, decision.Headline);
        Assert.Equal(headline == HoldReason.Unknown ? UnknownReason.BeforeDeploymentUnmeasured : UnknownReason.None, decision.Unknown);
    }

    [Theory]
    [InlineData("v3", UnknownReason.DeploymentStartUnknown)]
    [InlineData("v2", UnknownReason.None)]
    public void Whose_start_is_a_guess_is_never_blamed_and_neither_is_what_came_before(string revision, UnknownReason reason)
    {
        var decision = Decide(Acts with { Deployments = [.. Acts.Deployments.Select(d => d with { IsStartApproximate = d.Revision.Name == revision })] });
        Assert.Equal((reason == UnknownReason.None ? DecisionKind.RollBack : DecisionKind.Hold, reason), (decision.Kind, decision.Unknown));
        Assert.Equal(reason == UnknownReason.None ? "v3" : null, decision.Suspect?.Revision.Name);
    }

    [Fact]
    public void A_predated_deployment_is_passed_whatever_was_measured_before_it() =>
        Assert.Equal(HoldReason.BreachPredatesDeployment, Decide(Acts.Facts("v3", f => f with { CoverageBefore = 0, BadBefore = 5 })).Headline);

    [Fact]
    public void A_rollback_as_the_newest_in_the_window_is_held() => Assert.Equal(
        HoldReason.SuspectIsRollback,
        Decide(Acts with { Deployments = Acts.Deployments.SetItem(2, Acts.Deployments[2] with { IsRollback = true }) }).Headline);

    [Fact]
    public void Nothing_before_a_rollback_that_left_the_window_is_blamed_again()
    {
        // v3's rollout was never reported to have ended; somebody rolled back four hours ago.
        var rollback = Given.Deployment("v2", -240) with { IsRollback = true };
        var input = Acts with { Deployments = [Acts.Deployments[0], Given.Deployment("v3", -250, double.NaN), rollback] };
        input = input with { Episode = input.Episode with { Facts = [.. input.Deployments.Select(d => new DeploymentFacts { Deployment = d.Id, CoverageBefore = 1 })] } };
        Assert.Equal(HoldReason.SuspectIsRollback, Decide(input).Headline);
    }

    [Fact]
    public void A_rollback_that_somebody_made_after_the_onset_is_not_undone()
    {
        var input = Acts with { EvaluatedAt = Given.At(60), Deployments = Acts.Deployments.Add(Given.Deployment("v2", 10) with { IsRollback = true }) };
        Assert.Equal((DecisionKind.Hold, HoldReason.SuspectIsRollback), (Decide(input).Kind, Decide(input).Headline));
    }

    [Theory]
    [InlineData(9, double.NaN, true)]
    [InlineData(1000, double.NaN, true)]
    [InlineData(16.99, 2, true)]
    [InlineData(17, 2, false)]
    public void A_newer_deployment_may_be_the_fix_while_it_rolls_out_and_one_short_look_back_after(double evaluated, double length, bool isHeld)
    {
        var input = Acts with { EvaluatedAt = Given.At(evaluated), Deployments = Acts.Deployments.Add(Given.Deployment("v4", 10, length)) };
        var decision = Decide(input);
        Assert.Equal(isHeld ? HoldReason.Superseded : HoldReason.None, decision.Headline);
        Assert.Equal(("v3", "v2", "v4"), (decision.Suspect!.Revision.Name, decision.ReturnTo!.Name, Assert.Single(decision.PassedOver).Name));
    }
}
