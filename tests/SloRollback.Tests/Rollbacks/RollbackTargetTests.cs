namespace SloRollback.Tests.Rollbacks;

/// <summary>Where to return to: the last known good revision (SEMANTICS §6).</summary>
public sealed class RollbackTargetTests
{
    private static readonly DecisionInput Acts = Acting.Input();

    private static string? Target(DecisionInput input) => RollbackDecider.Decide(input).ReturnTo?.Name;

    private static DecisionInput V2(Func<RevisionRecord, RevisionRecord> change) => Acts.Revision("v2", change);

    [Fact]
    public void The_bake_time_may_be_exactly_reached()
    {
        var bake = Duration.FromMinutes(15);
        Assert.Equal("v2", Target(V2(r => r with { Served = bake, Measured = bake })));
        Assert.Equal("v1", Target(V2(r => r with { Served = bake - Duration.Epsilon, Measured = bake })));
    }

    [Theory]
    [InlineData(100, "v2")]
    [InlineData(99, "v1")]
    public void It_must_have_served_the_minimum_of_valid_events(double valid, string target) =>
        Assert.Equal(target, Target(V2(r => r with { Valid = valid })));

    [Theory]
    [InlineData(48, "v2")]
    [InlineData(47.99, "v1")]
    public void At_least_80_percent_of_it_must_be_measured(double minutes, string target) =>
        Assert.Equal(target, Target(V2(r => r with { Measured = Duration.FromMinutes(minutes) })));

    [Fact]
    public void A_revision_to_which_an_episode_was_attributed_is_not_good() => Assert.Equal("v1", Target(V2(r => r with { IsAttributed = true })));

    [Fact]
    public void What_started_together_with_the_suspect_is_not_older() =>
        Assert.Equal("v2", Target(Acts with { Deployments = Acts.Deployments.Add(Given.Deployment("v4", 0)), Revisions = Acts.Revisions.Add(Acting.Good("v4")) }));

    [Fact]
    public void Nothing_known_good_is_held()
    {
        var decision = RollbackDecider.Decide(Acts with { Revisions = [] });
        Assert.Equal((DecisionKind.Hold, HoldReason.NoKnownGoodRevision), (decision.Kind, decision.Headline));
    }

    [Theory]
    [InlineData(RollbackMode.Approve, "v2")]
    [InlineData(RollbackMode.Observe, "v2")]
    [InlineData(RollbackMode.Automatic, null)]
    public void A_revision_that_nobody_measured_is_good_enough_where_a_person_decides(RollbackMode mode, string? target) =>
        Assert.Equal(target, Target(Acting.Input(mode) with { Revisions = [] }));

    [Theory]
    [InlineData(RollbackMode.Approve)]
    [InlineData(RollbackMode.Automatic)]
    public void A_measured_good_revision_goes_before_a_newer_unmeasured_one(RollbackMode mode) =>
        Assert.Equal("v1", Target(Acting.Input(mode) with { Revisions = [Acting.Good("v1")] }));

    [Fact]
    public void A_revision_that_was_measured_and_found_wanting_is_not_unmeasured() =>
        Assert.Null(Target(Acting.Input(RollbackMode.Approve) with { Revisions = [Acting.Good("v1") with { IsAttributed = true }, Acting.Good("v2") with { Served = Given.Minute }] }));

    [Theory]
    [InlineData(false, "v2")]
    [InlineData(true, "v1")]
    public void A_revision_that_served_nobody_is_unmeasured_unless_an_episode_was_attributed_to_it(bool isAttributed, string target)
    {
        var revisions = new[] { "v1", "v2" }.Select(name => Acting.Good(name) with { Valid = 0, IsAttributed = isAttributed && name == "v2" });
        Assert.Equal(target, Target(Acting.Input(RollbackMode.Approve) with { Revisions = [.. revisions] }));
    }

    [Fact]
    public void The_content_of_the_suspect_is_not_returned_to_under_an_older_deployment()
    {
        var input = Acts with { Deployments = [Acts.Deployments[0], Given.Deployment("v3", -300), Acts.Deployments[2]], Revisions = [Acting.Good("v1"), Acting.Good("v3")] };
        Assert.Equal("v1", Target(input));
    }

    [Fact]
    public void A_quarantined_revision_is_passed_by_for_7_days()
    {
        var began = Acts.EvaluatedAt - Duration.FromDays(7);
        var record = Acting.Executed(Acts.Deployments[1], at: 0) with { ExecutingAt = began + Duration.Epsilon };
        Assert.Equal("v1", Target(Acts.With(record)));
        Assert.Equal("v2", Target(Acts.With(record with { ExecutingAt = began })));
        Assert.Equal("v2", Target(Acts.With(record with { State = RollbackState.NoEffect })));
        Assert.Equal("v2", Target(Acts.With(record with { ExecutingAt = null })));
        Assert.Equal("v2", Target(Acts.With(record with { Target = Given.Target with { Workload = "shop/search" } })));
    }

    [Fact]
    public void A_revision_that_was_passed_over_is_quarantined_too()
    {
        var record = Acting.Executed(Acts.Deployments[0], at: -200) with { From = Given.Revision("v0"), PassedOver = [Given.Revision("v2")] };
        Assert.Equal("v1", Target(Acts.With(record)));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(0, false)]
    public void Whatever_would_be_undone_must_be_safe_to_undo(int marked, bool isHeld)
    {
        // Returning to v1 undoes v2 and v3; v1 itself stays.
        var input = V2(r => r with { IsAttributed = true });
        input = input with { Deployments = input.Deployments.SetItem(marked, input.Deployments[marked] with { IsRollbackUnsafe = true }) };
        Assert.Equal(isHeld ? HoldReason.RollbackUnsafe : HoldReason.None, RollbackDecider.Decide(input).Headline);
    }

    [Fact]
    public void A_suspect_that_is_marked_unsafe_is_told_even_when_nothing_is_good()
    {
        var input = Acts with { Revisions = [], Deployments = Acts.Deployments.SetItem(2, Acts.Deployments[2] with { IsRollbackUnsafe = true }) };
        Assert.Equal([HoldReason.RollbackUnsafe, HoldReason.NoKnownGoodRevision], RollbackDecider.Decide(input).Holds);
    }
}
