namespace SloRollback.Tests.Rollbacks;

/// <summary>What a revision did while it alone served.</summary>
public sealed class RevisionLedgerTests
{
    private readonly RevisionLedger ledger = new();
    private static readonly ImmutableArray<Deployment> Deployments = [Given.Deployment("v1", -100), Given.Deployment("v2", 10, 2.5)];

    private RevisionRecord? Book(double from, double to, SliStep step, ImmutableArray<Deployment>? deployments = null, string revision = "v1")
    {
        for (var minute = from; minute < to; minute++) ledger.Book(deployments ?? Deployments, Given.At(minute), Given.Minute, step);
        return ledger.Of(Deployments).SingleOrDefault(r => r.RevisionId == Given.Revision(revision).Id);
    }

    [Fact]
    public void Only_steps_in_which_one_revision_served_alone_are_booked()
    {
        var v1 = Book(0, 20, Given.Measured(0, 100))!;
        Assert.Equal((10, 1000), (v1.Served.TotalMinutes, v1.Valid));
        var v2 = ledger.Of(Deployments).Single(r => r.RevisionId == "sha-v2");
        Assert.Equal((7, 700), (v2.Served.TotalMinutes, v2.Valid));
    }

    [Fact]
    public void A_rollout_that_ends_with_a_step_leaves_the_next_one_whole()
    {
        ImmutableArray<Deployment> deployments = [Deployments[0], Given.Deployment("v2", 10, 2)];
        Assert.Equal(10, Book(0, 20, Given.Measured(0, 100), deployments)!.Served.TotalMinutes);
        Assert.Equal(8, ledger.Of(deployments).Single(r => r.RevisionId == "sha-v2").Served.TotalMinutes);
    }

    [Fact]
    public void A_rollout_without_length_hands_over_between_two_steps()
    {
        ImmutableArray<Deployment> deployments = [Deployments[0], Given.Deployment("v2", 10, 0)];
        Book(0, 20, Given.Measured(0, 100), deployments);
        Assert.Equal([10, 10], ledger.Of(deployments).Select(r => r.Served.TotalMinutes));
    }

    [Fact]
    public void Steps_without_a_look_count_as_served_but_not_as_measured()
    {
        Book(0, 2, Given.Unmeasured);
        var record = Book(2, 5, new SliStep(StepState.NoTraffic))!;
        Assert.Equal((5, 3, 0), (record.Served.TotalMinutes, record.Measured.TotalMinutes, record.Valid));
    }

    [Theory]
    [InlineData(DeploymentOutcome.GivenUp)]
    [InlineData(DeploymentOutcome.Superseded)]
    [InlineData(DeploymentOutcome.InProgress)]
    public void After_a_rollout_that_did_not_complete_nobody_serves_alone(DeploymentOutcome outcome)
    {
        var deployments = Deployments.SetItem(1, Deployments[1] with { Outcome = outcome });
        Assert.Equal(10, Book(0, 30, Given.Measured(0, 100), deployments)!.Served.TotalMinutes);
    }

    [Fact]
    public void Blame_stays()
    {
        Book(0, 1, Given.Measured(0, 100));
        ledger.Attribute("sha-v1");
        Assert.True(Book(1, 2, Given.Measured(0, 100))!.IsAttributed);
    }

    [Fact]
    public void A_revision_that_a_short_history_leaves_out_is_not_forgotten_at_once()
    {
        Book(0, 20, Given.Measured(0, 100));
        Assert.Equal(10, Book(20, 30, Given.Measured(0, 100), Deployments[1..])!.Served.TotalMinutes);
    }

    [Fact]
    public void What_no_deployment_names_any_more_is_forgotten()
    {
        for (var i = 0; i < 100; i++)
            ledger.Book([Given.Deployment($"r{i}", i - 10, 1)], Given.At(i), Given.Minute, Given.Measured(0, 100));
        var all = Enumerable.Range(0, 100).Select(i => Given.Deployment($"r{i}", i)).ToImmutableArray();
        Assert.True(ledger.Of(all).Length < 20, $"{ledger.Of(all).Length} are kept");
        Assert.Contains(ledger.Of(all), r => r.RevisionId == "sha-r99");
        ledger.Book([], Given.At(200), Given.Minute, Given.Unmeasured);
        Assert.Contains(ledger.Of(all), r => r.RevisionId == "sha-r99");
    }
}
