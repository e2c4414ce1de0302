namespace SloRollback.Tests.Objectives;

public sealed class ObjectiveFaultsTests
{
    private static readonly CompositeMember Member = new() { Service = Given.Service, Objective = "availability" };
    private static readonly Objective Events = Readers.Objective(Readers.GoodOfValid);
    private static readonly Objective Slices = Readers.Objective(Readers.GoodOfValid, BudgetingMethod.Timeslices, Readers.AtLeast99);
    private static readonly Objective Ratios = Readers.Objective(Readers.GoodOfValid, BudgetingMethod.RatioTimeslices, new TimeSlices());

    private static string[] Faults(Objective objective) => [.. ObjectiveFaults.Of(objective, Given.Minute).Select(f => $"{f.Path}: {f.Message}")];

    private static string[] Faults(CompositeIndicator composite) => Faults(Events with { Indicator = composite });

    private static CompositeIndicator Composite(int members) =>
        new() { Members = [.. Enumerable.Range(0, members).Select(i => Member with { Objective = "o" + i.ToString(CultureInfo.InvariantCulture) })] };

    [Fact]
    public void What_can_be_measured_has_none()
    {
        Assert.Empty(Faults(Events));
        Assert.Empty(Faults(Slices));
        Assert.Empty(Faults(Ratios));
        Assert.Empty(Faults(Ratios with { Slices = null }));
        Assert.Empty(Faults(Events with { Indicator = Readers.Latency }));
        Assert.Empty(Faults(Slices with { Indicator = Readers.Gauge, Slices = new TimeSlices { Length = Duration.FromMinutes(5), Threshold = -40, Consecutive = 60, Retroactive = true } }));
        Assert.Empty(Faults(Composite(2)));
        Assert.Empty(Faults(Composite(30)));
    }

    [Fact]
    public void A_composite_has_2_to_30_members_each_once_and_with_a_weight()
    {
        Assert.Equal(["Indicator:Members: has 1 members; a composite has 2 to 30"], Faults(Composite(1)));
        Assert.Equal(["Indicator:Members: has 31 members; a composite has 2 to 30"], Faults(Composite(31)));
        Assert.Equal(
            ["Indicator:Members: checkout/production/availability is a member more than once"], Faults(new CompositeIndicator { Members = [Member, Member with { Weight = 2 }] }));
        Assert.Equal(
            ["Indicator:Members: checkout/production/availability has a weight of 0; a weight is above 0"],
            Faults(Composite(2) with { Members = [Member with { Weight = 0 }, Member with { Objective = "latency" }] }));
        Assert.Equal(["Indicator:Source: a composite is computed from its members and read from no source"], Faults(Composite(2) with { Source = "prometheus" }));
        Assert.Equal(["Indicator:Kind: 9 is not one of WeightedAverage, Least, All"], Faults(Composite(2) with { Kind = (CompositeKind)9 }));
    }

    [Fact]
    public void Composites_are_equal_when_their_members_are()
    {
        Assert.Equal(Composite(3), Composite(3));
        Assert.Equal(Composite(3).GetHashCode(), Composite(3).GetHashCode());
        Assert.NotEqual(Composite(3), Composite(4));
        Assert.NotEqual(Composite(3), Composite(3) with { Kind = CompositeKind.Least });
        Assert.NotEqual(Composite(3), Composite(3) with { Source = "x" });
    }

    [Fact]
    public void Each_kind_of_indicator_needs_what_is_read()
    {
        Assert.Equal(["Indicator: needs exactly two of Good, Bad and Valid, and has 3"], Faults(Events with { Indicator = Readers.GoodOfValid with { Bad = "bad" } }));
        Assert.Equal(["Indicator: needs exactly two of Good, Bad and Valid, and has 0"], Faults(Events with { Indicator = new EventRatioIndicator() }));
        Assert.Equal(
            ["Indicator:Histogram: is empty", "Indicator:Threshold: 0s is not above 0"],
            Faults(Events with { Indicator = new LatencyIndicator { Histogram = " ", Threshold = Duration.Zero } }));
        Assert.Equal(["Indicator:Gauge: is empty"], Faults(Slices with { Indicator = new GaugeIndicator { Gauge = "" } }));
        Assert.Equal(["Budgeting: a gauge has no events to count: it needs Timeslices"], Faults(Events with { Indicator = Readers.Gauge }));
        Assert.Equal(["Budgeting: a gauge has no events to count: it needs Timeslices"], Faults(Ratios with { Indicator = Readers.Gauge }));
    }

    [Fact]
    public void Slices_belong_to_the_methods_that_count_them()
    {
        Assert.Equal(["Slices: is missing: it says when a slice is good, such as >= 0.99"], Faults(Slices with { Slices = null }));
        Assert.Equal(
            ["Slices: means something for Timeslices and RatioTimeslices only, not for Occurrences"], Faults(Events with { Slices = new TimeSlices { Missing = MissingSlices.Bad } }));
        Assert.Equal(["Budgeting: 7 is not one of Occurrences, Timeslices, RatioTimeslices"], Faults(Events with { Budgeting = (BudgetingMethod)7 }));
        const string OnlyTimeslices = "Slices: Consecutive and Retroactive mean something for Timeslices only, not for RatioTimeslices";
        Assert.Equal([OnlyTimeslices], Faults(Ratios with { Slices = new TimeSlices { Consecutive = 2 } }));
        Assert.Equal([OnlyTimeslices], Faults(Ratios with { Slices = new TimeSlices { Retroactive = true } }));
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(300, true)]
    [InlineData(90, false)]
    [InlineData(30, false)]
    [InlineData(0, false)]
    [InlineData(-60, false)]
    public void A_slice_is_a_whole_multiple_of_a_step(int seconds, bool fits) =>
        Assert.Equal(fits, Faults(Slices with { Slices = Readers.AtLeast99 with { Length = Duration.FromSeconds(seconds) } }).Length == 0);

    [Fact]
    public void Slices_have_bounds()
    {
        string[] Of(Func<TimeSlices, TimeSlices> change) => Faults(Slices with { Slices = change(Readers.AtLeast99) });
        Assert.Equal(["Slices:Length: 31d is longer than the period, 30d"], Of(s => s with { Length = Duration.FromDays(31) }));
        Assert.Empty(Of(s => s with { Length = Duration.FromDays(30) }));
        Assert.Equal(["Slices:Consecutive: 0 is not between 1 and 60"], Of(s => s with { Consecutive = 0 }));
        Assert.Equal(["Slices:Consecutive: 61 is not between 1 and 60"], Of(s => s with { Consecutive = 61 }));
        Assert.Equal(["Slices:Threshold: 99 is not between 0 and 1: it is compared with good / valid"], Of(s => s with { Threshold = 99 }));
        Assert.Equal(["Slices:Operator: 9 is not one of Less, LessOrEqual, Greater, GreaterOrEqual"], Of(s => s with { Operator = (ComparisonOperator)9 }));
        Assert.Equal(["Slices:Missing: 9 is not one of Ignore, Good, Bad"], Of(s => s with { Missing = (MissingSlices)9 }));
    }
}
