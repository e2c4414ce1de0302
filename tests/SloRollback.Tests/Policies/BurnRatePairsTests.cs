namespace SloRollback.Tests.Policies;

public sealed class BurnRatePairsTests
{
    private static (double Long, double Short, decimal Above)[] Pairs(string name, decimal percent, double days) =>
        [.. Leaves(BurnRatePairs.Create(name, Given.Slo(percent), Duration.FromDays(days), sinceDeployment: false))
            .Select(p => (p.Long.TotalHours, p.Short.TotalMinutes, p.Above))];

    private static IEnumerable<MultiWindowBurnRateCondition> Leaves(Condition? condition) => condition switch
    {
        null => [],
        AnyCondition any => any.Conditions.Cast<MultiWindowBurnRateCondition>(),
        _ => [(MultiWindowBurnRateCondition)condition],
    };

    [Fact]
    public void At_30_days_the_factors_are_those_of_the_workbook()
    {
        Assert.Equal([(1, 5, 14.4m), (6, 30, 6m)], Pairs("page", 99.9m, 30));
        Assert.Equal([(24, 120, 3m), (72, 360, 1m)], Pairs("ticket", 99.9m, 30));
    }

    [Fact]
    public void From_28_days_on_the_factor_follows_the_period()
    {
        Assert.Equal([(1, 5, 13.44m), (6, 30, 5.6m)], Pairs("page", 99.9m, 28));
        Assert.Equal([(1, 5, 43.2m), (6, 30, 18m)], Pairs("page", 99.9m, 90));
    }

    [Fact]
    public void Below_28_days_the_factors_of_30_days_stay() =>
        Assert.Equal([(1, 5, 14.4m), (6, 30, 6m), (24, 120, 3m), (72, 360, 1m)], [.. Pairs("page", 99.9m, 7), .. Pairs("ticket", 99.9m, 7)]);

    [Theory]
    [InlineData(3, 2)]
    [InlineData(2.99, 0)]
    [InlineData(1.5, 0)]
    public void A_pair_that_would_spend_more_than_the_whole_budget_drops_out(double days, int left) =>
        Assert.Equal(left, Pairs("ticket", 99.9m, days).Length);

    [Theory]
    [InlineData("page", 93, 1)]
    [InlineData("page", 93.1, 2)]
    [InlineData("page", 83, 0)]
    [InlineData("page", 84, 1)]
    [InlineData("ticket", 50, 1)]
    public void A_factor_that_can_never_fire_drops_out(string name, double percent, int left)
    {
        // 14.4 × 7 % = 100.8 %: more errors than there are requests.
        Assert.Equal(left, Pairs(name, (decimal)percent, 30).Length);
        Assert.All(Pairs(name, (decimal)percent, 30), p => Assert.True(p.Above * Given.Slo((decimal)percent).ErrorBudgetFraction < 1));
    }

    [Fact]
    public void A_factor_of_exactly_one_over_the_budget_can_never_fire()
    {
        // 2 % of 1,000 hours in one hour: factor 20, and 20 × 5 % = 1.
        var left = Leaves(BurnRatePairs.Create("page", Given.Slo(95), Duration.FromHours(1000), sinceDeployment: false));
        Assert.Equal(Duration.FromHours(6), Assert.Single(left).Long);
    }

    [Fact]
    public void An_unknown_set_is_named_together_with_the_known_ones() =>
        Assert.Contains("page, ticket", Assert.Throws<ArgumentException>(() => Pairs("pager", 99, 30)).Message, StringComparison.Ordinal);
}
