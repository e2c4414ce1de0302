namespace SloRollback.Tests.Reference;

/// <summary>The table of worked numbers in SEMANTICS §4, each read from a source, counted and told by the engine.</summary>
public sealed class WorkedNumberTests
{
    private const int Month = 43_200;
    private static readonly TimeSlices Below1 = new() { Operator = ComparisonOperator.Less, Threshold = 1 };
    private static readonly SliCell Good = new(StepState.Measured, 0, 0);
    private static readonly SliCell Bad = new(StepState.Measured, 1, 0);
    private static readonly SliCell Missing = new(StepState.Missing, 0, 0);

    private static Objective Slices(decimal percent, CompliancePeriod? period = null) => Given.Events(percent, period) with
    {
        Indicator = Readers.Gauge,
        Budgeting = BudgetingMethod.Timeslices,
        Slices = Below1,
    };

    private static SliCell Events(double bad, double valid) => new(StepState.Measured, bad, valid);

    private static ObjectiveStatus Told(Objective objective, params ReadOnlySpan<SliCell> cells) => Told(objective, Given.Step0, cells);

    private static ObjectiveStatus Told(Objective objective, long first, params ReadOnlySpan<SliCell> cells)
    {
        var state = new EngineState(new EngineSettings(), [new MonitoredService { Id = Given.Service, Objectives = [objective] }]);
        var input = new EngineInput(
            [new ObjectiveReadings(SliOutcome.Read(null), first, cells.ToArray())],
            new Dictionary<DeploymentTarget, TargetHistory>(), GuardState.Empty, StepGrid.StartOf(first + cells.Length, Given.Minute), new HashSet<RollbackId>());
        return Engine.Step(state, input).Status.Objectives[0];
    }

    private static SliCell[] Repeat(SliCell cell, int count) => [.. Enumerable.Repeat(cell, count)];

    private static string Percent(double share) => (share * 100).ToString("0.##", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(0, "100", BudgetBand.Healthy)]
    [InlineData(108, "75", BudgetBand.Healthy)]
    [InlineData(109, "74.77", BudgetBand.Observe)]
    [InlineData(432, "0", BudgetBand.Exhausted)]
    public void Of_43_200_slices_at_99_percent_432_may_be_bad(int bad, string left, BudgetBand band)
    {
        foreach (var status in new[]
        {
            // The whole of the 30 days, and the same before the rest of them has come: the budget is the whole period's from the first slice on.
            Told(Slices(99), [.. Repeat(Bad, bad), .. Repeat(Good, Month - bad)]),
            Told(Slices(99), [Good, .. Repeat(Bad, bad)]),
        })
        {
            Assert.Equal((432, bad, band), (status.Budget.Total, status.Budget.Bad, status.Budget.Band));
            Assert.Equal(left, Percent(status.Budget.Remaining));
            Assert.Equal(432 - bad, status.Budget.RemainingEvents);
        }
    }

    public static TheoryData<CompliancePeriod> Weeks => [CompliancePeriod.Rolling(7), CompliancePeriod.Week(), CompliancePeriod.Week("Asia/Tokyo")];

    [Theory]
    [MemberData(nameof(Weeks))]
    public void A_week_at_99_9_percent_has_10_08_minutes(CompliancePeriod period)
    {
        Assert.Equal(10.08, Told(Slices(99.9m, period), Good).Budget.Total);
        Assert.Equal(10.08, Told(Slices(99.9m, period), Good).Budget.TotalMinutes);
        Assert.Equal(10.08, Told(Given.Events(99.9m, period), Events(0, 7)).Budget.TotalMinutes);
        Assert.Equal(10.08 - 5, Told(Slices(99.9m, period), [Good, .. Repeat(Bad, 5)]).Budget.RemainingMinutes, 12);
    }

    [Fact]
    public void A_week_in_which_the_clocks_go_forward_has_an_hour_less()
    {
        var first = StepGrid.IndexOf(Instant.FromUtc(2026, 3, 25, 12, 0), Given.Minute);
        Assert.Equal(10.02, Told(Slices(99.9m, CompliancePeriod.Week("Europe/Berlin")), first, Good).Budget.Total);
    }

    [Fact]
    public void Of_900_events_at_99_9_percent_900_bad_leave_minus_99_900_percent()
    {
        var status = Told(Given.Events(99.9m), [Events(900, 900), .. Repeat(Events(0, 0), Month - 1)]);
        Assert.Equal((0.9, 0.9), (status.Budget.Total, status.Budget.TotalSoFar));
        Assert.Equal(("-99900", "-99900"), (Percent(status.Budget.Remaining), Percent(status.Budget.RemainingSoFar)));
        Assert.Equal((0, BudgetBand.Exhausted), (status.Sli!.Value, status.Budget.Band));

        // After one minute only the budget so far is that small.
        var soFar = Told(Given.Events(99.9m), Events(900, 900)).Budget;
        Assert.Equal((0.9, "-99900"), (soFar.TotalSoFar, Percent(soFar.RemainingSoFar)));
        Assert.Equal(0.9 * Month, soFar.Total, 9);
    }

    [Fact]
    public void Of_100_000_events_at_99_percent_250_bad_leave_75_percent()
    {
        var status = Told(Given.Events(99), [Events(250, 100_000), .. Repeat(Events(0, 0), Month - 1)]);
        Assert.Equal((1000, 0.75, BudgetBand.Healthy), (status.Budget.Total, status.Budget.Remaining, status.Budget.Band));
        Assert.Equal(0.9975, status.Sli);
    }

    [Theory]
    [InlineData(MissingSlices.Ignore, "88.89", 10)]
    [InlineData(MissingSlices.Good, "90", 10)]
    [InlineData(MissingSlices.Bad, "80", 20)]
    public void Missing_slices_are_ignored_good_or_bad(MissingSlices missing, string sli, double bad)
    {
        var objective = Slices(99) with { Slices = Below1 with { Missing = missing } };
        var status = Told(objective, [.. Repeat(Good, 80), .. Repeat(Bad, 10), .. Repeat(Missing, 10)]);
        Assert.Equal((sli, bad), (Percent(status.Sli!.Value), status.Budget.Bad));
        Assert.Equal(0.01m * (Month - (missing == MissingSlices.Ignore ? 10 : 0)), (decimal)status.Budget.Total);
        Assert.Equal(0.9, status.Budget.Coverage * Month / 100, 12);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 4)]
    public void Of_a_run_the_third_bad_slice_and_those_after_it_count_or_all_of_them(bool retroactive, double bad)
    {
        var objective = Slices(99) with { Slices = Below1 with { Consecutive = 3, Retroactive = retroactive } };
        Assert.Equal(bad, Told(objective, Bad, Bad, Good, Bad, Bad, Bad, Bad).Budget.Bad);
    }

    [Fact]
    public void Seven_points_of_a_30_day_budget_in_an_hour_are_a_burn_rate_of_50_4()
    {
        // 38 % of 432 slices are 164.16, and 7 % are 30.24: no whole slices, so each is as bad as its share of bad events.
        var objective = Given.Events(99) with
        {
            Budgeting = BudgetingMethod.RatioTimeslices,
            Slices = new TimeSlices(),
            Rules = [new PolicyRule { Id = "burn", When = Given.Burn(Given.Hour, 1m) }],
        };
        SliCell[] before = [.. Repeat(Events(0, 1000), Month - 60 - 165), .. Repeat(Events(1000, 1000), 164), Events(160, 1000)];
        var (hourAgo, now) = (Told(objective, before), Told(objective, [.. before, .. Repeat(Events(504, 1000), 60)]));
        Assert.Equal((0.62, 0.55), (hourAgo.Budget.Remaining, Math.Round(now.Budget.Remaining, 12)));
        Assert.Equal(50.4, Assert.Single(now.BurnRates).BurnRate!.Value, 10);
    }

    [Theory]
    [InlineData(1440, Verdict.NotBreached)]
    [InlineData(1441, Verdict.Breached)]
    public void Of_100_000_events_at_99_9_percent_1_440_bad_are_a_burn_rate_of_exactly_14_4(double bad, Verdict verdict)
    {
        var objective = Given.Events(99.9m) with { Rules = [new PolicyRule { Id = "burn", When = Given.Burn(Given.Hour, 14.4m) }] };
        var status = Told(objective, [.. Repeat(Events(0, 0), 59), Events(bad, 100_000)]);
        Assert.Equal(bad / 100, status.BurnRates[0].BurnRate!.Value, 12);
        Assert.Equal(verdict, status.Rules[0].Verdict);
    }
}
