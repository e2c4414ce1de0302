namespace SloRollback.Tests.Evaluation;

/// <summary>
/// What the boundary of a calendar period begins is told, and blames nobody (SEMANTICS §1). Steps of an hour; 1,000 events each
/// until a week before June, then 10: the budget of June is a hundredth of May's. One event an hour is bad in the last five days.
/// </summary>
public sealed class RecomputedTests
{
    private static readonly Instant June = Instant.FromUtc(2026, 6, 1, 0, 0);
    private static readonly EngineSettings Hours = new() { Step = Given.Hour, HistoryMaximumAge = Given.Hour };
    private static readonly int First = IndexOf(Instant.FromUtc(2026, 4, 20, 0, 0));
    private static readonly int Boundary = IndexOf(June);

    // May's budget is 5.7 events of 1 %, 5,800; June's is 74.
    private static readonly PolicyRule Consumed = new()
    {
        Id = "spent",
        When = new BudgetConsumedCondition { Lookback = Duration.FromDays(5), Above = 0.1m },
        Rollback = new RollbackAction { Target = Given.Target, Mode = RollbackMode.Automatic },
    };

    private static readonly Objective Calendar = Given.Events(99, CompliancePeriod.Month());

    private static int IndexOf(Instant instant) => (int)(instant - Given.T0).TotalHours;

    private static SliCell Cell(int i, Func<int, double>? more = null) => i < Boundary - 168
        ? Flow.Cell(0, 1000)
        : Flow.Cell((i >= Boundary - 120 ? 1 : 0) + (more?.Invoke(i - Boundary) ?? 0), 1000 * (more?.Invoke(i - Boundary) > 1 ? 1 : 0.01));

    private static Fleet Play(Func<int, double>? more, PolicyRule rule, params MonitoredService[] services)
    {
        var fleet = new Fleet((_, i) => Cell(i, more), Hours, services.Length > 0 ? services : [Fleet.Service("front", Calendar, rule)]);
        fleet.Deployments.Add(Fleet.Deployment("front", "v2", (Boundary * 60) - 90, 90));
        for (var i = First; i < Boundary + 6; i++) fleet.To(i);
        return fleet;
    }

    [Fact]
    public void A_budget_that_shrinks_with_the_new_period_blames_nobody()
    {
        var fleet = Play(null, Consumed);
        var episode = fleet.Episodes.First();
        Assert.Equal((June, true), (episode.Onset, episode.IsRecomputed));
        Assert.NotEmpty(fleet.Decisions);
        Assert.All(fleet.Decisions, d => Assert.Equal(DecisionKind.Hold, d.Decision.Kind));
        Assert.All(fleet.Decisions, d => Assert.Contains(HoldReason.Recomputed, d.Decision.Holds));
        Assert.Equal(June, fleet.Decisions.First().Input.EvaluatedAt);
    }

    [Fact]
    public void New_errors_in_the_last_step_of_the_period_are_no_recomputation()
    {
        var fleet = Play(i => i == -1 ? 900 : 0, Consumed);
        var episode = fleet.Episodes.First();
        Assert.Equal((June, false), (episode.Onset, episode.IsRecomputed));
        Assert.DoesNotContain(HoldReason.Recomputed, fleet.Decisions.First().Decision.Holds);
        Assert.Single(fleet.Episodes, e => e.Onset == June && e.EndedAt is null);
    }

    [Fact]
    public void Errors_of_the_new_period_are_none_either()
    {
        var fleet = Play(i => i == 0 ? 900 : 0, Consumed with { When = new BudgetConsumedCondition { Lookback = Given.Hour * 2, Above = 0.1m } });
        var episode = fleet.Episodes.First();
        Assert.Equal((June + Given.Hour, false), (episode.Onset, episode.IsRecomputed));
    }

    [Fact]
    public void A_new_period_ends_what_rested_on_the_old_ones_budget()
    {
        var rule = new PolicyRule { Id = "low", When = new BudgetRemainingCondition { Below = 0.99m } };
        var fleet = Play(null, rule);
        // A month's first days are unknown: the episode is lost after a long look-back, and it is no blindness.
        Assert.Equal([EpisodeEnd.Open, EpisodeEnd.Lost], fleet.Episodes.Select(e => e.End));
        Assert.Equal(June + Duration.FromHours(6), fleet.Episodes.Last().EndedAt);
        Assert.Equal(Verdict.Unknown, fleet.Outputs[^1].Status.Objectives[0].Rules[0].Verdict);
        Assert.DoesNotContain(fleet.Notifications, n => n.Kind == NotificationKind.CannotSee);
    }

    [Fact]
    public void A_bad_release_on_the_first_day_of_a_month_is_rolled_back()
    {
        // Of June three hours are measured. What a release burned rests on the rate of events, and that is known of May.
        var rule = Given.PageRule() with
        {
            When = new AllCondition
            {
                Conditions = [Given.Burn(Duration.FromHours(6), 3, sinceDeployment: true), new BudgetConsumedSinceDeploymentCondition { Above = 0.01m }],
            },
        };
        var release = (Boundary * 60) + 120;
        var fleet = new Fleet((_, i) => Flow.Cell(i * 60 >= release ? 500 : 0, 1000), Hours, Fleet.Service("front", Calendar, rule));
        fleet.Deployments.Add(Fleet.Deployment("front", "v2", release));
        for (var i = First; i < Boundary + 5; i++) fleet.To(i);
        var decision = Assert.Single(fleet.Decisions);
        Assert.Equal((DecisionKind.RollBack, June + Duration.FromHours(3)), (decision.Decision.Kind, decision.Input.Episode.Onset));
    }

    [Theory]
    [InlineData(CompositeKind.WeightedAverage)]
    [InlineData(CompositeKind.Least)]
    public void A_composites_budget_shrinks_with_its_members(CompositeKind kind)
    {
        var composite = Fleet.Composite(kind, Consumed, ("front", 1), ("pay", 1));
        composite = composite with { Objectives = [composite.Objectives[0] with { Target = Given.Slo(99), Period = Calendar.Period }] };
        MonitoredService[] services = [Fleet.Service("front", Calendar), composite, Fleet.Service("pay", Calendar)];
        var fleet = Play(null, Consumed, services);
        var episode = fleet.Episodes.First();
        Assert.Equal((June, true), (episode.Onset, episode.IsRecomputed));
        Assert.All(fleet.Decisions, d => Assert.Contains(HoldReason.Recomputed, d.Decision.Holds));

        var errors = Play(i => i == -1 ? 900 : 0, Consumed, services).Episodes.First();
        Assert.Equal((June, false), (errors.Onset, errors.IsRecomputed));
    }

    [Fact]
    public void A_composite_of_slices_begins_its_periods_by_itself()
    {
        // Slices that had traffic count: half of May's are ignored, and none of June's.
        var sliced = Calendar with { Budgeting = BudgetingMethod.Timeslices, Slices = new TimeSlices { Length = Given.Hour, Operator = ComparisonOperator.GreaterOrEqual, Threshold = 0.95m } };
        var composite = Fleet.Composite(CompositeKind.All, Consumed, ("front", 1), ("pay", 1));
        composite = composite with { Objectives = [composite.Objectives[0] with { Target = Given.Slo(99), Period = Calendar.Period }] };
        var fleet = Play(null, Consumed, Fleet.Service("front", sliced), composite, Fleet.Service("pay", sliced));
        var budget = fleet["shop", "journey"].Counts.Budget();
        Assert.Equal(7.2, budget.Total, 9);
        Assert.Equal(6, budget.Bad, 9);
    }
}
