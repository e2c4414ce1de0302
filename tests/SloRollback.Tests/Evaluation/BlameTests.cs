namespace SloRollback.Tests.Evaluation;

/// <summary>Who is blamed for errors that began before, during and long before a release: 100 requests a minute at 99.9 %.</summary>
public sealed class BlameTests
{
    private static Flow Release(Func<int, double> bad)
    {
        var flow = new Flow(i => Flow.Cell(bad(i)));
        flow.Deployments.Add(Given.Deployment("v2", 0));
        return flow;
    }

    [Theory]
    [InlineData(60)]
    [InlineData(90)]
    [InlineData(300)]
    public void A_bad_release_an_hour_after_a_total_outage_is_blamed(int quiet)
    {
        // S of all times would drain for half a day: ten minutes of outage are 1,000 bad events, an hour allows 86.
        var flow = Release(i => i >= 0 ? 50 : i >= -quiet - 10 && i < -quiet ? 100 : 0).Through(-400, 10);
        var decision = Assert.Single(flow.Decisions);
        Assert.Equal((DecisionKind.RollBack, "v2", "v1"), (decision.Decision.Kind, decision.Decision.Suspect!.Revision.Name, decision.Decision.ReturnTo!.Name));
        Assert.Equal(Given.T0, decision.Input.Episode.ErrorsBegan);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(30)]
    public void Within_the_look_back_of_the_outage_it_is_not(int quiet)
    {
        var flow = Release(i => i >= 0 ? 50 : i >= -quiet - 10 && i < -quiet ? 100 : 0).Through(-400, 90);
        Assert.NotEmpty(flow.Decisions);
        Assert.All(flow.Decisions, d => Assert.Equal((DecisionKind.Hold, HoldReason.BreachPredatesDeployment), (d.Decision.Kind, d.Decision.Headline)));
    }

    [DiceProperty(MaxTest = 40)]
    public void A_release_in_the_middle_of_an_outage_is_never_blamed(Dice dice)
    {
        // At least 5 bad events before, constant or flapping, up to long before the look-back.
        var (before, after, ratio, every) = (dice.Of(5, 30, 59, 60, 61, 119, 121, 200, 390), dice.Between(1, 120), dice.Of(3, 10, 50, 100), dice.Of(1, 1, 2));
        var flow = Release(i => i >= -before && i < after && i % every == 0 ? ratio : 0).Through(-400, 100);
        Assert.All(flow.Decisions, d => Assert.Equal(DecisionKind.Hold, d.Decision.Kind));
        Assert.All(flow.Decisions, d => Assert.True(
            d.Decision.Holds.Contains(HoldReason.BreachPredatesDeployment) || d.Decision.Holds.Contains(HoldReason.NotAttributed), $"{d.Decision.Text}"));
    }

    [Theory]
    [InlineData(60, HoldReason.BreachPredatesDeployment)]
    [InlineData(61, HoldReason.NotAttributed)]
    [InlineData(300, HoldReason.NotAttributed)]
    public void A_run_that_is_older_than_the_long_look_back_is_the_present_level(int before, HoldReason reason)
    {
        var flow = Release(i => i >= -before ? 50 : 0).Through(-400, 30);
        Assert.NotEmpty(flow.Decisions);
        Assert.All(flow.Decisions, d => Assert.Equal(reason, d.Decision.Headline));
    }

    [Fact]
    public void The_breach_of_a_slow_pair_looks_back_further()
    {
        // 1 h / 5 min and 6 h / 30 min: 1 % of errors are a breach of the slow pair only, whose run holds the outage.
        var rule = Given.PageRule() with { When = Given.Burn(Duration.FromHours(6), Duration.FromMinutes(30), 6, sinceDeployment: true) };
        var flow = new Flow(i => Flow.Cell(i >= 0 ? 20 : i is >= -130 and < -120 ? 100 : 0), rule);
        flow.Deployments.Add(Given.Deployment("v2", 0));
        flow.Through(-400, 40);
        var first = flow.Decisions.First();
        Assert.Equal((Given.At(-130), HoldReason.BreachPredatesDeployment), (first.Input.Episode.ErrorsBegan, first.Decision.Headline));
    }

    [Fact]
    public void What_a_rule_says_of_two_deployments_is_the_graver_of_the_unknown()
    {
        // v3 has too few events since it started; of v2 the history says enough, but the look-back was not measured.
        var any = new AnyCondition
        {
            Conditions = [Given.Burn(Given.Hour, 14.4m, sinceDeployment: true), new TrafficLostCondition()],
        };
        var flow = new Flow(i => i is >= -50 and < -10 ? new SliCell(StepState.Unmeasured, 0, 0) : Flow.Cell(0, i >= 20 ? 0 : 100), Given.PageRule() with { When = any });
        flow.Deployments.Add(Given.Deployment("v2", 0));
        flow.Deployments.Add(Given.Deployment("v3", 40, double.NaN));
        flow.Through(-400, 45);
        Assert.Equal(UnknownReason.BeforeDeploymentUnmeasured, flow.Outputs[^1].Status.Objectives[0].Rules[0].Reason);
    }

    [Fact]
    public void After_a_pause_longer_than_what_is_read_back_counting_goes_on()
    {
        var flow = Release(i => i >= 990 ? 50 : 0).Through(-1, 0);
        flow.Deployments.Add(Given.Deployment("v3", 990));
        flow.To(1000);
        Assert.Equal(Given.Step0 + 1001, flow.State.Objectives[0].Counts.Next);
        Assert.Equal("v3", Assert.Single(flow.Decisions).Decision.Suspect!.Revision.Name);
    }

    [Fact]
    public void A_clock_does_not_run_while_nothing_is_read()
    {
        var rule = new PolicyRule { Id = "long", When = new ForCondition { Condition = Given.Burn(Duration.FromMinutes(5), 14.4m), Duration = Duration.FromMinutes(30) } };
        var flow = new Flow(i => Flow.Cell(i >= 5 ? 50 : 0), rule).Through(-1, 10);
        flow.To(1000);

        // From 6 to 11, and on from 581: seven of the sixteen hours were read back, and of the others nothing is known.
        Assert.Equal(Given.At(582 + 24), Assert.Single(flow.Episodes).Onset);
    }

    [Fact]
    public void A_clock_outlives_its_deployments_window_while_steps_are_still_to_be_read()
    {
        // Breached at 60 and 61, blind until 81, when the window has closed; at 62, its last minute, two minutes have passed.
        var rule = Given.PageRule() with { When = new ForCondition { Condition = Given.PageRule().When, Duration = Duration.FromMinutes(2) } };
        var flow = new Flow(i => Flow.Cell(i >= 58 ? 50 : 0), rule);
        flow.Deployments.Add(Given.Deployment("v2", 0));
        flow.Through(-1, 60);
        for (var i = 61; i < 81; i++) flow.To(i, isRead: false);
        flow.To(81);
        Assert.Equal(Given.At(62), Assert.Single(flow.Episodes).Onset);
    }
}
