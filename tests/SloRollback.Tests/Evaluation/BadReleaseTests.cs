namespace SloRollback.Tests.Evaluation;

/// <summary>100 requests a minute at 99.9 %; v2 starts at T0, and half of its requests fail.</summary>
public sealed class BadReleaseTests
{
    private static Flow BadRelease(Func<int, SliCell>? script = null, params PolicyRule[] rules)
    {
        var flow = new Flow(script ?? (step => Flow.Cell(step >= 0 ? 50 : 0)), rules);
        flow.Deployments.Add(Given.Deployment("v2", 0));
        return flow;
    }

    [Fact]
    public void It_is_decided_on_at_the_second_bad_step()
    {
        // 1 h / 5 min above 14.4: more than 86.4 bad of the hour's 6,000.
        var flow = BadRelease().Through(-1, 10);
        var decision = Assert.Single(flow.Decisions);
        Assert.Equal((DecisionKind.RollBack, Given.At(2), "v2", "v1"), (decision.Decision.Kind, decision.Input.EvaluatedAt, decision.Decision.Suspect!.Revision.Name, decision.Decision.ReturnTo!.Name));
        var began = Assert.Single(flow.Episodes);
        Assert.Equal((Given.At(2), Given.T0, 14.4m), (began.Onset, began.ErrorsBegan, began.Above));
        Assert.Equal((Given.Hour, Duration.FromMinutes(5)), (began.LongLookback, began.ShortLookback));
    }

    [Fact]
    public void Its_evidence_gives_the_same_decision_again()
    {
        var taken = BadRelease().Through(-1, 1).Decisions.Single();
        var read = RollbackEvidence.Parse(EvidenceFactory.Create(taken.Input, taken.Decision).ToJson());
        Assert.Equal(EvidenceFactory.Create(read.Input!, read.Replay()).ToJson(), EvidenceFactory.Create(taken.Input, taken.Decision).ToJson());
    }

    [Fact]
    public void The_errors_of_the_time_before_are_not_blamed_on_it()
    {
        // Below the factor before, so no run is open; the release itself makes no errors.
        var flow = BadRelease(step => Flow.Cell(step < 0 ? 1 : 0)).Through(-1, 60);
        Assert.Empty(flow.Decisions);
    }

    [Fact]
    public void An_outage_that_began_before_it_predates_for_as_long_as_the_episode_is_open()
    {
        var flow = BadRelease(step => Flow.Cell(step >= -3 ? 50 : 0)).Through(-1, 90);
        Assert.NotEmpty(flow.Decisions);
        Assert.All(flow.Decisions, d => Assert.Equal((DecisionKind.Hold, HoldReason.BreachPredatesDeployment), (d.Decision.Kind, d.Decision.Headline)));
        Assert.True(Assert.Single(flow.State.Objectives[0].Rules[0].Open.Values).Episode.IsPredated);
        Assert.Equal(Given.At(-3), flow.Episodes.First().ErrorsBegan);
    }

    [Fact]
    public void It_is_decided_anew_until_one_long_look_back_has_passed()
    {
        var flow = BadRelease();
        flow.Guards = new GuardState { Pauses = [new Pause { By = "drill" }] };
        flow.Through(-1, 90);
        Assert.Equal((Given.At(2), Given.At(62)), (flow.Decisions.First().Input.EvaluatedAt, flow.Decisions.Last().Input.EvaluatedAt));
        Assert.Equal(61, flow.Decisions.Count());
    }

    [Fact]
    public void Resumed_it_is_rolled_back()
    {
        var flow = BadRelease();
        flow.Guards = new GuardState { Pauses = [new Pause { By = "drill" }] };
        flow.Through(-1, 5);
        flow.Guards = new GuardState { ResumedAt = Given.At(6) };
        Assert.Equal(DecisionKind.RollBack, Assert.Single(flow.To(6).Decisions).Decision.Kind);
        Assert.Empty(flow.To(7).Decisions);
    }

    [Fact]
    public void An_approval_has_it_decided_anew()
    {
        var flow = BadRelease(null, Given.PageRule(RollbackMode.Approve)).Through(-1, 4);
        Assert.Equal(DecisionKind.AwaitApproval, Assert.Single(flow.Decisions).Decision.Kind);
        flow.Approvals.Add(RollbackId.Of(flow.Deployments[1].Id));
        Assert.Equal(DecisionKind.AwaitApproval, Assert.Single(flow.To(5).Decisions).Decision.Kind);
    }

    [Fact]
    public void A_stale_history_is_unknown_and_recovers()
    {
        var flow = BadRelease();
        flow.Through(-1, 0);
        flow.Blind = UnknownReason.HistoryUnavailable;
        var held = Assert.Single(flow.To(1).Decisions).Decision;
        Assert.Equal((HoldReason.Unknown, UnknownReason.HistoryUnavailable), (held.Headline, held.Unknown));
        flow.Blind = UnknownReason.None;
        Assert.Equal(DecisionKind.RollBack, Assert.Single(flow.To(2).Decisions).Decision.Kind);
    }

    [Fact]
    public void An_episode_whose_deployment_vanished_from_the_history_is_lost_after_a_long_look_back()
    {
        var flow = BadRelease().Through(-1, 5);
        flow.HasHistory = false;
        flow.Through(6, 70);
        var ended = flow.Episodes.Last();
        Assert.Equal((EpisodeEnd.Lost, Given.At(66)), (ended.End, ended.EndedAt));
        Assert.Empty(flow.State.Objectives[0].Rules[0].Open);
    }

    [Fact]
    public void A_blind_source_is_unknown_and_never_a_rollback()
    {
        var flow = BadRelease(step => step >= 0 ? Flow.Cell(50) : Flow.Cell(0));
        flow.Guards = new GuardState { Pauses = [new Pause { By = "drill" }] };
        flow.Through(-1, 5);
        flow.Guards = GuardState.Empty;
        for (var step = 6; step < 20; step++)
        {
            var decision = Assert.Single(flow.To(step, isRead: false).Decisions).Decision;
            Assert.Equal((DecisionKind.Hold, HoldReason.Unknown, UnknownReason.SourceUnreadable), (decision.Kind, decision.Headline, decision.Unknown));
        }

        Assert.Single(flow.Outputs.SelectMany(o => o.Notifications), n => n.Kind == NotificationKind.CannotSee);
        Assert.Equal(DecisionKind.RollBack, Assert.Single(flow.To(20).Decisions).Decision.Kind);
    }

    [Fact]
    public void An_episode_ends_at_the_first_evaluation_that_is_not_breached()
    {
        var flow = BadRelease(step => Flow.Cell(step is >= 0 and < 3 ? 50 : 0)).Through(-1, 20);
        Assert.Equal([EpisodeEnd.Open, EpisodeEnd.Recovered], flow.Episodes.Select(e => e.End));
        // The last bad step leaves the five minutes at 8.
        Assert.Equal(Given.At(8), flow.Episodes.Last().EndedAt);
    }

    [Fact]
    public void Too_few_events_start_no_episode_and_end_none()
    {
        Assert.Empty(BadRelease(step => Flow.Cell(step is >= 0 and < 4 ? 1 : 0, 2)).Through(-1, 30).Episodes);
        var flow = BadRelease(step => step < 5 ? Flow.Cell(step >= 0 ? 50 : 0) : new SliCell(StepState.NoTraffic, 0, 0)).Through(-1, 4);
        Assert.Single(flow.State.Objectives[0].Rules[0].Open);
    }

    [Fact]
    public void Errors_seen_by_one_rule_keep_the_revision_from_being_good_for_any_rule()
    {
        var (slow, fast) = (Given.PageRule(), Given.PageRule() with { Id = "other", When = Given.Burn(Given.Hour, 20m, sinceDeployment: true) });
        var flow = new Flow((objective, step) => Flow.Cell(objective == 0 ? (step is >= 0 and < 4 ? 50 : 0) : (step >= 40 ? 50 : 0)), slow, fast);
        flow.Deployments.Add(Given.Deployment("v2", 0));
        flow.Deployments.Add(Given.Deployment("v3", 40));
        flow.Through(-1, 60);
        var later = flow.Decisions.First(d => d.Decision.Suspect?.Revision.Name == "v3");
        Assert.Equal("v1", later.Decision.ReturnTo?.Name);
    }

    [Fact]
    public void Quarantined_content_that_is_deployed_again_is_told_once()
    {
        var flow = new Flow(_ => Flow.Cell(0));
        flow.Guards = new GuardState { Rollbacks = [Acting.Executed(Given.Deployment("v2", -100), -90)] };
        flow.Deployments.Add(Given.Deployment("v2", 0));
        flow.Through(-1, 5);
        Assert.Single(flow.Outputs.SelectMany(o => o.Notifications), n => n.Kind == NotificationKind.QuarantinedRedeployed);
    }
}
